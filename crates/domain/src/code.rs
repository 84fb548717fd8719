//! Why somebody was skipped or flagged: stable codes, each with why it matters and its mend.

use crate::words::words;

words! {
    /// A reason. Stable: part of the API.
    Code {
        /// The home address has no country.
        MissingCountry = "missing_country",
        /// No email.
        MissingEmail = "missing_email",
        /// An email that cannot be one.
        InvalidEmail = "invalid_email",
        /// No name.
        MissingName = "missing_name",
        /// No start date.
        MissingStartDate = "missing_start_date",
        /// A date that is none.
        InvalidDate = "invalid_date",
        /// The termination date lies before the start date.
        EndBeforeStart = "end_before_start",
        /// Several employees who have not left claim one email.
        DuplicateEmail = "duplicate_email",
        /// The answer told the employee twice, differently.
        DuplicateEmployee = "duplicate_employee",
        /// The record has no id or is no record at all.
        UnreadableRecord = "unreadable_record",
        /// The new email belongs to another linked person.
        EmailTaken = "email_taken",
        /// Somebody archived had this email; the name differs, so a new person was made.
        EmailReused = "email_reused",
        /// Somebody here who is linked to nobody has the name of somebody new.
        PossibleDouble = "possible_double",
        /// The country's name is not known.
        UnknownCountry = "unknown_country",
        /// The country is in no content region.
        CountryWithoutRegion = "country_without_region",
        /// Access is inactive, though the employee has not left.
        InactiveInHris = "inactive_in_hris",
        /// The lifecycle status is a word nobody knows.
        UnknownStatus = "unknown_status",
        /// The start date of somebody already here moved into the future.
        StartDateMoved = "start_date_moved",
        /// The line manager cannot approve.
        ManagerUnavailable = "manager_unavailable",
        /// The line manager is the employee.
        ManagerIsSelf = "manager_is_self",
        /// The line managers form a ring.
        ManagerCycle = "manager_cycle",
        /// A linked person is not in the answer.
        NotFoundInHris = "not_found_in_hris",
        /// The HRIS says employed, an admin archived the person.
        ArchivedByAdmin = "archived_by_admin",
        /// Has left, but is the last admin who can sign in.
        LastAdmin = "last_admin",
        /// A row of a file is about somebody whom an HRIS manages.
        ManagedByHris = "managed_by_hris",
        /// Left before ever being here.
        LeftBefore = "left_before",
        /// Left out by an admin.
        Excluded = "excluded",
        /// Erased by an admin.
        Erased = "erased",
    }
}

words! {
    /// What a reason did to the person.
    FindingOutcome {
        /// The employee could not be synced.
        Skipped = "skipped",
        /// Synced; somebody should look.
        Flagged = "flagged",
    }
}

impl Code {
    /// Why it matters and how to mend it, in an admin's words.
    pub const fn mend(self) -> &'static str {
        match self {
            Self::MissingCountry => {
                "The country decides which content a person sees. Fill in the country of the home address in the HRIS, or add the person by hand with a country."
            }
            Self::MissingEmail => {
                "Without an email nobody can be invited or recognised. Fill in the work email in the HRIS."
            }
            Self::InvalidEmail => {
                "Nobody can be reached at this address. Correct the work email in the HRIS."
            }
            Self::MissingName => "Fill in first name and surname in the HRIS.",
            Self::MissingStartDate => {
                "The account is created on the start date. Fill in the start date in the HRIS."
            }
            Self::InvalidDate => {
                "A date that cannot be read changes nothing. Correct it in the HRIS."
            }
            Self::EndBeforeStart => {
                "A termination date before the start date belongs to an earlier employment and is ignored. Correct or clear it in the HRIS."
            }
            Self::DuplicateEmail => {
                "An email identifies one person, so none of those who share it was changed. Give each their own work email in the HRIS."
            }
            Self::DuplicateEmployee => {
                "The HRIS told this employee twice and differently, so nothing but leaving was applied. Merge the two records in the HRIS."
            }
            Self::UnreadableRecord => {
                "The HRIS sent a record without a readable id, so nobody knows whose it is. Report it to the HRIS's support if it stays."
            }
            Self::EmailTaken => {
                "Another linked person has this email, so the old one was kept. Correct whichever of the two is wrong in the HRIS."
            }
            Self::EmailReused => {
                "Somebody with another name had this email and is archived; a new person was made so that nobody inherits a stranger's history. If it is the same person, link them by hand."
            }
            Self::PossibleDouble => {
                "Somebody who was added here by hand has the same name and another email. If it is the same person, open that record and match it to the HRIS; if not, there is nothing to do."
            }
            Self::UnknownCountry => {
                "The country could not be read, so the fallback region applies. Write the country's usual name in the HRIS."
            }
            Self::CountryWithoutRegion => {
                "No content region has this country, so the fallback region applies. Put the country into a region."
            }
            Self::InactiveInHris => {
                "Access in the HRIS is inactive, which may be a leave. Archive the person by hand if they have left."
            }
            Self::UnknownStatus => {
                "The lifecycle status is not one we know, so it changed nothing. Archive the person by hand if they have left."
            }
            Self::StartDateMoved => {
                "The start date moved into the future, but the person is already here and stays. Archive by hand if they should wait."
            }
            Self::ManagerUnavailable => {
                "The line manager is archived, has not started or was not synced, so cannot approve. Correct the manager in the HRIS or set an approver by hand."
            }
            Self::ManagerIsSelf => {
                "Nobody approves their own requests. Correct the manager in the HRIS or set an approver by hand."
            }
            Self::ManagerCycle => {
                "The line managers form a ring, so requests may go round. Correct one of them in the HRIS."
            }
            Self::NotFoundInHris => {
                "Missing from the HRIS's answer is not leaving, so nothing was changed. Archive by hand if they have left, or widen what the service user may see."
            }
            Self::ArchivedByAdmin => {
                "The HRIS says employed, but an admin archived the person, and that stands. Bring the person back if that is no longer right."
            }
            Self::LastAdmin => {
                "Archiving the last admin who can sign in would lock everybody out. Make somebody else an admin, then sync again."
            }
            Self::ManagedByHris => {
                "The HRIS decides about this person, so the row of the file changed nothing. Change it in the HRIS."
            }
            Self::LeftBefore => "Left before ever being here: nothing to do.",
            Self::Excluded => "Left out by an admin. Link the employee again to sync them.",
            Self::Erased => "Erased by an admin. Allow the person again to sync them.",
        }
    }
}
