-- Work that waits to be done, put down in the transaction of what made it necessary.
CREATE TABLE task (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  kind {text} NOT NULL,
  -- A second one of the same kind and name is needless while the first still waits.
  once {text},
  payload {text} NOT NULL,
  due_at {int} NOT NULL,
  -- Its place in the line of the mails; null for everything else.
  rank {int},
  attempts {int} NOT NULL,
  -- Grows with every lease: who was paused and wakes up ends nothing that another has taken since.
  fence {int} NOT NULL,
  -- Until when somebody works on it; null while nobody does.
  leased_until {int},
  -- When it was given up: somebody has to look at it.
  failed_at {int},
  error {text},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE UNIQUE INDEX task_once ON task (org_id, kind, once)
  WHERE once IS NOT NULL AND leased_until IS NULL AND failed_at IS NULL;
CREATE INDEX task_due ON task (due_at, id)
  WHERE rank IS NULL AND leased_until IS NULL AND failed_at IS NULL;
CREATE INDEX task_in_line ON task (rank, org_id, id, due_at)
  WHERE rank IS NOT NULL AND leased_until IS NULL AND failed_at IS NULL;
CREATE INDEX task_leased ON task (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX task_failed ON task (org_id, failed_at) WHERE failed_at IS NOT NULL;

-- When the daily sync is due next; null until the schedule has been looked at.
ALTER TABLE connection ADD COLUMN next_sync_at {int};
ALTER TABLE connection ADD COLUMN webhook_secret_sealed {text};
-- When the organisation's midnight is due next; null until it has been looked at.
ALTER TABLE organisation ADD COLUMN next_midnight_at {int};
CREATE INDEX connection_due ON connection (next_sync_at) WHERE state = 'connected';
CREATE INDEX organisation_due ON organisation (next_midnight_at);
-- When an admin asked for it to stop.
ALTER TABLE run ADD COLUMN stop_at {int};

-- A bulk action: whom it is about is frozen when it is asked for.
CREATE TABLE job (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  kind {text} NOT NULL,
  state {text} NOT NULL,
  -- What was asked for, as a document.
  request {text} NOT NULL,
  total {int} NOT NULL,
  done {int} NOT NULL,
  actor {text} NOT NULL,
  created_at {int} NOT NULL,
  finished_at {int},
  taken_back_at {int},
  error {text},
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
CREATE TABLE job_item (
  org_id {text} NOT NULL,
  job_id {text} NOT NULL,
  position {int} NOT NULL,
  person_id {text} NOT NULL,
  -- Whether it has had its turn.
  done {int} NOT NULL,
  -- Why it was left out; null where it was not.
  code {text},
  PRIMARY KEY (org_id, job_id, position),
  FOREIGN KEY (org_id, job_id) REFERENCES job (org_id, id)
){strict};

-- Budgets are an admin's and no sync's. Amounts are whole minor units.
CREATE TABLE budget (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  person_id {text} NOT NULL,
  currency {text} NOT NULL,
  amount {int} NOT NULL,
  -- Always the sum of its entries.
  remaining {int} NOT NULL,
  period_start {text} NOT NULL,
  period_end {text} NOT NULL,
  spendable_from {text},
  -- Since when nothing of it can be spent, and the start date that its person had then: whoever comes
  -- back with another one has been hired anew.
  frozen_at {int},
  frozen_start {text},
  -- Removed, taken back or returned to the organisation: it no longer counts.
  ended_at {int},
  job_id {text},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  -- No key to the person: a ledger's amounts outlive somebody who is erased.
  FOREIGN KEY (org_id) REFERENCES organisation (id),
  FOREIGN KEY (org_id, job_id) REFERENCES job (org_id, id)
){strict};
CREATE INDEX budget_of_person ON budget (org_id, person_id, period_end);
CREATE TABLE budget_entry (
  org_id {text} NOT NULL,
  budget_id {text} NOT NULL,
  position {int} NOT NULL,
  kind {text} NOT NULL,
  amount {int} NOT NULL,
  note {text} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  PRIMARY KEY (org_id, budget_id, position),
  FOREIGN KEY (org_id, budget_id) REFERENCES budget (org_id, id)
){strict};

-- Mails that wait, were sent, or cannot be. Bodies are sealed, and erased once sent.
CREATE TABLE mail (
  org_id {text} NOT NULL,
  id {text} NOT NULL,
  kind {text} NOT NULL,
  person_id {text},
  recipient {text} NOT NULL,
  subject {text} NOT NULL,
  body_sealed {text},
  state {text} NOT NULL,
  attempts {int} NOT NULL,
  created_at {int} NOT NULL,
  sent_at {int},
  error {text},
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};
-- What admins are told of once for each cause, and once more when it is over.
CREATE TABLE notice (
  org_id {text} NOT NULL,
  cause {text} NOT NULL,
  opened_at {int} NOT NULL,
  PRIMARY KEY (org_id, cause),
  FOREIGN KEY (org_id) REFERENCES organisation (id)
){strict};

-- The newest invitation of a person; only the hash of its link is kept.
CREATE TABLE invitation (
  org_id {text} NOT NULL,
  person_id {text} NOT NULL,
  state {text} NOT NULL,
  -- Null once the link is used or void.
  hash {text},
  -- The address it was made for: another one voids it.
  email_key {text} NOT NULL,
  mail_id {text},
  created_at {int} NOT NULL,
  sent_at {int},
  expires_at {int} NOT NULL,
  accepted_at {int},
  PRIMARY KEY (org_id, person_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};
CREATE UNIQUE INDEX invitation_link ON invitation (org_id, hash) WHERE hash IS NOT NULL;

-- Who is signed in; only the hash of the cookie is kept.
CREATE TABLE session (
  org_id {text} NOT NULL,
  hash {text} NOT NULL,
  person_id {text} NOT NULL,
  created_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  device {text} NOT NULL,
  PRIMARY KEY (org_id, hash),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
){strict};
CREATE INDEX session_of_person ON session (org_id, person_id);

-- Answers to writes that may come twice, for a day.
CREATE TABLE idempotency (
  org_id {text} NOT NULL,
  token_id {text} NOT NULL,
  key {text} NOT NULL,
  -- A hash of what was asked.
  request {text} NOT NULL,
  -- Null while it is still being answered.
  status {int},
  answer {text},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, token_id, key),
  FOREIGN KEY (org_id, token_id) REFERENCES api_token (org_id, id)
){strict};

-- Events of an HRIS that were taken, by a hash of what came: one that comes again is nothing new.
-- They wait here until a run has read whom they name.
CREATE TABLE webhook_event (
  org_id {text} NOT NULL,
  connection_id {text} NOT NULL,
  digest {text} NOT NULL,
  hris_id {text} NOT NULL,
  received_at {int} NOT NULL,
  done_at {int},
  PRIMARY KEY (org_id, connection_id, digest),
  FOREIGN KEY (org_id, connection_id) REFERENCES connection (org_id, id)
){strict};

CREATE INDEX invitation_of_mail ON invitation (org_id, mail_id);

-- Few among many: whoever asks for them reads no one else. What an index is partial by stands in it
-- too: SQLite would prefer the whole table where it does not.
CREATE INDEX person_admin ON person (org_id, id, admin) WHERE admin = 1;
DROP INDEX finding_open_of_person;
DROP INDEX finding_open;
CREATE INDEX finding_open_of_person ON finding (org_id, person_id, code, gone_seq)
  WHERE gone_seq IS NULL;
CREATE INDEX finding_open ON finding (org_id, code, gone_seq) WHERE gone_seq IS NULL;
