-- What admins answered to holds, per person and reason. It stands until the HRIS says otherwise of
-- that person, which the fingerprint tells.
CREATE TABLE hold_answer (
  org_id {text} NOT NULL,
  -- The HRIS id, or person:ID for what only the directory knows.
  subject {text} NOT NULL,
  reason {text} NOT NULL,
  fingerprint {int} NOT NULL,
  run_id {text} NOT NULL,
  answered_at {int} NOT NULL,
  PRIMARY KEY (org_id, subject, reason),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
