-- What the Admin Hub keeps: second factors, content, and how admins arrange their work.

-- A session that still waits for the code of the second factor.
ALTER TABLE session ADD COLUMN code_due {int} NOT NULL DEFAULT 0;

-- A bulk action is put down first and started once its admin has seen what it will do; null until then.
ALTER TABLE job ADD COLUMN started_at {int};
UPDATE job SET started_at = created_at;
CREATE INDEX job_newest ON job (org_id, created_at, id);

-- What a planned change does, or why somebody is skipped, and by what the person is found: lists of a run are
-- filtered by it.
ALTER TABLE plan_item ADD COLUMN word {text};
ALTER TABLE plan_item ADD COLUMN search_key {text};

-- Who can sign in is few among many at first, and counted without looking at everybody.
CREATE INDEX person_signs_in ON person (org_id, id, can_sign_in) WHERE can_sign_in = 1;
-- In which language mails are written; null is English.
ALTER TABLE organisation ADD COLUMN mail_language {text};

-- How far a run that is going is.
ALTER TABLE run ADD COLUMN read_so_far {int};
ALTER TABLE run ADD COLUMN waits_until {int};

-- What an authenticator app shares with us. It counts once a first code has confirmed it.
CREATE TABLE second_factor (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  secret_sealed {text} NOT NULL,
  confirmed_at {int},
  -- The newest step whose code was taken: a code works once.
  last_step {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, person_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};
-- Codes for whoever has lost the app; each works once, and only hashes are kept.
CREATE TABLE recovery_code (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  hash {text} NOT NULL,
  PRIMARY KEY (org_id, person_id, hash),
  FOREIGN KEY (org_id, person_id) REFERENCES second_factor (org_id, person_id)
){strict};

-- The address that links of an admin go to, until an admin confirms the one that the HRIS has by now.
CREATE TABLE email_hold (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  email {text} NOT NULL,
  email_key {text} NOT NULL,
  since {int} NOT NULL,
  PRIMARY KEY (org_id, person_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};
CREATE INDEX email_hold_key ON email_hold (email_key, org_id, person_id);

-- Something to learn from, and the regions whose people see it.
CREATE TABLE content (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  title {text} NOT NULL,
  link {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE TABLE content_in_region (
  org_id {text} NOT NULL,
  region_id {text} NOT NULL,
  content_id {text} NOT NULL,
  PRIMARY KEY (org_id, region_id, content_id),
  FOREIGN KEY (org_id, content_id) REFERENCES content (org_id, id),
  FOREIGN KEY (org_id, region_id) REFERENCES region (org_id, id)
){strict};
CREATE INDEX content_regions ON content_in_region (org_id, content_id);

-- An issue that is out of the way until then.
CREATE TABLE snooze (
  org_id {text} NOT NULL,
  cause {text} NOT NULL,
  until {int} NOT NULL,
  PRIMARY KEY (org_id, cause),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

-- A list of people that somebody wants to see again.
CREATE TABLE saved_view (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  name {text} NOT NULL,
  -- As it stands in the address.
  query {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

-- A link for the HiBob admin, who enters the credentials and sees nothing of ours.
CREATE TABLE setup_link (
  org_id {text} NOT NULL,
  hash {text} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int},
  PRIMARY KEY (org_id, hash),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
