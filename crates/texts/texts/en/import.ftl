## Import
import-choose = Choose a file
import-help = One row for each person. Whoever is not in the file stays as they are, and whom HiBob decides about is passed over. Nothing is changed before you have seen what it would do. The first line names the columns:
import-file = CSV file
import-text = Or paste the rows
import-check = Check the file
import-line = Line
import-would = { $n ->
    [one] 1 person would be added,
   *[other] { $n } people would be added,
}
import-managed = { $n ->
    [one] 1 belongs to HiBob and is passed over.
   *[other] { $n } belong to HiBob and are passed over.
}
import-button = Add or change { $n ->
    [one] 1 person
   *[other] { $n } people
}
import-wrong = { $n ->
    [one] 1 row cannot be taken
   *[other] { $n } rows cannot be taken
}
import-wrong-help = Nothing was changed. Mend these rows in your file and send it again.
import-wrong-rows = Rows that cannot be taken
done-imported = The file is taken.
import-above = This adds { $n } people, and up to { $limit } pass without a look. If that is right, type the number.
typed-import = Type { $n } to say that so many people are added. Nothing has been changed.
