-- When an admin took the run back as a whole.
ALTER TABLE run ADD COLUMN undone_at {int};
