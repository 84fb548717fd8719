-- Files of people whose preview has not been applied: starting it reads the file again. One that was
-- applied, and one that is a day old, is gone.
CREATE TABLE people_file (
  org_id {text} NOT NULL,
  run_id {text} NOT NULL,
  -- Both names and addresses stand in it, so it is sealed like a secret.
  content_sealed {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, run_id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

-- How many updates of a run are about each field.
ALTER TABLE run ADD COLUMN field_counts {text};
