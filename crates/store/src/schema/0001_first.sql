CREATE TABLE organisation (
  id {text} NOT NULL,
  slug {text} NOT NULL,
  name {text} NOT NULL,
  time_zone {text} NOT NULL,
  -- Grows with everything a plan is based on.
  version {int} NOT NULL,
  -- The number of the last run that began.
  run_seq {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT organisation_slug UNIQUE (slug)
){strict};

CREATE TABLE policy (
  org_id {text} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (org_id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

CREATE TABLE region (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  name {text} NOT NULL,
  fallback {int} NOT NULL,
  position {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE UNIQUE INDEX region_fallback ON region (org_id) WHERE fallback = 1;

CREATE TABLE region_country (
  org_id {text} NOT NULL,
  country {text} NOT NULL,
  region_id {text} NOT NULL,
  PRIMARY KEY (org_id, country),
  FOREIGN KEY (org_id, region_id) REFERENCES region (org_id, id)
){strict};

CREATE TABLE grp (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  PRIMARY KEY (org_id, id),
  CONSTRAINT grp_name UNIQUE (org_id, name_key),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

CREATE TABLE group_source (
  org_id {text} NOT NULL,
  department_id {text} NOT NULL,
  group_id {text} NOT NULL,
  PRIMARY KEY (org_id, department_id),
  FOREIGN KEY (org_id, group_id) REFERENCES grp (org_id, id)
){strict};

CREATE TABLE person (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  hris_id {text},
  email {text} NOT NULL,
  -- Empty while the address is on its way to somebody else, and for people without one.
  email_key {text} NOT NULL,
  first_name {text} NOT NULL,
  last_name {text} NOT NULL,
  status {text} NOT NULL,
  archived_by {text},
  archived_at {int},
  admin {int} NOT NULL,
  can_sign_in {int} NOT NULL,
  source {text} NOT NULL,
  start_date {text},
  end_date {text},
  country {text},
  region_id {text},
  group_id {text},
  approver_id {text},
  version {int} NOT NULL,
  updated_at {int} NOT NULL,
  -- What lists are sorted by, and what is searched: folded, without accents.
  name_key {text} NOT NULL,
  search_key {text} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id),
  FOREIGN KEY (org_id, region_id) REFERENCES region (org_id, id),
  FOREIGN KEY (org_id, group_id) REFERENCES grp (org_id, id),
  -- A manager may stand in a later chunk of the same run.
  FOREIGN KEY (org_id, approver_id) REFERENCES person (org_id, id) DEFERRABLE INITIALLY DEFERRED
){strict};
CREATE UNIQUE INDEX person_email ON person (org_id, email_key) WHERE status <> 'archived' AND email_key <> '';
CREATE UNIQUE INDEX person_hris ON person (org_id, hris_id) WHERE hris_id IS NOT NULL;
CREATE INDEX person_by_email ON person (org_id, email_key, id);
CREATE INDEX person_by_name ON person (org_id, name_key, id);

CREATE TABLE person_group (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  group_id {text} NOT NULL,
  PRIMARY KEY (org_id, person_id, group_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id),
  FOREIGN KEY (org_id, group_id) REFERENCES grp (org_id, id)
){strict};

CREATE TABLE person_approver (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  position {int} NOT NULL,
  approver_id {text} NOT NULL,
  PRIMARY KEY (org_id, person_id, position),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id),
  FOREIGN KEY (org_id, approver_id) REFERENCES person (org_id, id) DEFERRABLE INITIALLY DEFERRED
){strict};

CREATE TABLE connection (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  provider {text} NOT NULL,
  state {text} NOT NULL,
  service_user_id {text} NOT NULL,
  -- Sealed by the caller; erased when the connection ends.
  token_sealed {text},
  connected_at {int} NOT NULL,
  disconnected_at {int},
  schedule_time {text} NOT NULL,
  schedule_days {text} NOT NULL,
  accepted_missing {text} NOT NULL,
  good_runs {int} NOT NULL,
  coverage {text},
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE UNIQUE INDEX connection_live ON connection (org_id) WHERE state <> 'disconnected';

CREATE TABLE exclusion (
  org_id {text} NOT NULL,
  hris_id {text} NOT NULL,
  reason {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, hris_id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

CREATE TABLE api_token (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  name {text} NOT NULL,
  hash {text} NOT NULL,
  read_only {int} NOT NULL,
  created_at {int} NOT NULL,
  revoked_at {int},
  PRIMARY KEY (org_id, id),
  CONSTRAINT api_token_hash UNIQUE (org_id, hash),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

CREATE TABLE credential (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  password_hash {text} NOT NULL,
  changed_at {int} NOT NULL,
  PRIMARY KEY (org_id, person_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};

CREATE TABLE sign_in_link (
  org_id {text} NOT NULL,
  hash {text} NOT NULL,
  person_id {text} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int},
  PRIMARY KEY (org_id, hash),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};

CREATE TABLE run (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  seq {int} NOT NULL,
  connection_id {text},
  kind {text} NOT NULL,
  cause {text} NOT NULL,
  state {text} NOT NULL,
  started_at {int} NOT NULL,
  finished_at {int},
  as_of {text},
  counts {text} NOT NULL,
  hold {text} NOT NULL,
  error {text},
  -- What was planned, and on which version of the organisation.
  plan_hash {text},
  base_version {int},
  group_changes {text},
  -- What was stored: the act in the history, whether everybody was judged, what safeguards count.
  act_id {text},
  whole {int} NOT NULL,
  approved {int} NOT NULL,
  active_archives {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  CONSTRAINT run_seq UNIQUE (org_id, seq),
  FOREIGN KEY (org_id) REFERENCES organisation (id),
  FOREIGN KEY (org_id, connection_id) REFERENCES connection (org_id, id)
){strict};
CREATE INDEX run_unfinished ON run (org_id, state) WHERE finished_at IS NULL;

CREATE TABLE plan_item (
  org_id {text} NOT NULL,
  run_id {text} NOT NULL,
  kind {text} NOT NULL,
  position {int} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (org_id, run_id, kind, position),
  FOREIGN KEY (org_id, run_id) REFERENCES run (org_id, id)
){strict};

CREATE TABLE history (
  org_id {text} NOT NULL,
  act_id {text} NOT NULL,
  person_id {text} NOT NULL,
  at {int} NOT NULL,
  run_id {text},
  actor {text} NOT NULL,
  action {text} NOT NULL,
  fields {text} NOT NULL,
  why {text} NOT NULL,
  PRIMARY KEY (org_id, act_id, person_id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE INDEX history_of_person ON history (org_id, person_id, act_id);

CREATE TABLE finding (
  org_id {text} NOT NULL,
  subject {text} NOT NULL,
  code {text} NOT NULL,
  first_seq {int} NOT NULL,
  -- The first run that no longer found it; null while it stands.
  gone_seq {int},
  outcome {text} NOT NULL,
  person_id {text},
  hris_id {text},
  name {text} NOT NULL,
  email {text} NOT NULL,
  seen {text} NOT NULL,
  PRIMARY KEY (org_id, subject, code, first_seq),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE INDEX finding_open_of_person ON finding (org_id, person_id, code) WHERE gone_seq IS NULL;
CREATE INDEX finding_open ON finding (org_id, code) WHERE gone_seq IS NULL;
