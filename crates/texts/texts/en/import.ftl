## Import
import-help = One row for each person. Nothing is changed before you have seen what the file would do. The first line names the columns:
import-help-rules = The rules and limits of a sync apply: whoever has no country is skipped, whoever’s last day is over is archived, whoever starts later is recorded until then.
import-help-empty = An empty cell leaves what is there. Whoever is not in the file stays as they are, and whoever is new without a start date starts today.
import-help-managed = Whom HiBob decides about is passed over and named.
import-file = CSV file
import-text = Or paste the rows
import-check = Check the file
import-again = Choose another file
import-line = Line
import-wrong = { $n ->
    [one] 1 row cannot be taken
   *[other] { $n } rows cannot be taken
}
import-wrong-help = Nothing was changed. Mend these rows in your file and send it again.
import-wrong-rows = Rows that cannot be taken
rows-read = { $n ->
    [one] 1 row was read, and counts in exactly one of these.
   *[other] { $n } rows were read, and each counts in exactly one of these.
}
start-file = Take the file
start-file-help = If somebody changes these people before you press, nothing is changed and you see the new plan.
file-nothing-changes = Nothing would change: everybody in the file is here as it says.
seen-in-file = Seen in the file
file-line = (line { $n })
file-mend = Mend this row in your file and choose the file once more. The other rows can be taken now.
done-imported = The file is taken.
done-plan-changed = Somebody has changed these people since, so nothing was applied. This is the new plan.
