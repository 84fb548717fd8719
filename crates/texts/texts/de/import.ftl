## Import
import-choose = Datei wählen
import-help = Eine Zeile für jede Person. Wer nicht in der Datei steht, bleibt unverändert, und wer von HiBob verwaltet wird, wird übergangen. Nichts wird geändert, bevor Sie gesehen haben, was geschehen würde. Die erste Zeile nennt die Spalten:
import-file = CSV-Datei
import-text = Oder fügen Sie die Zeilen ein
import-check = Datei prüfen
import-line = Zeile
import-would = { $n ->
    [one] 1 Person würde hinzugefügt,
   *[other] { $n } Personen würden hinzugefügt,
}
import-managed = { $n ->
    [one] 1 gehört zu HiBob und wird übergangen.
   *[other] { $n } gehören zu HiBob und werden übergangen.
}
import-button = { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} hinzufügen oder ändern
import-wrong = { $n ->
    [one] 1 Zeile lässt sich nicht übernehmen
   *[other] { $n } Zeilen lassen sich nicht übernehmen
}
import-wrong-help = Es wurde nichts geändert. Berichtigen Sie diese Zeilen in Ihrer Datei, und schicken Sie sie noch einmal.
import-wrong-rows = Zeilen, die sich nicht übernehmen lassen
done-imported = Die Datei ist übernommen.
import-above = Das fügt { $n } Personen hinzu, und bis zu { $limit } gehen ohne Rückfrage durch. Wenn das richtig ist, geben Sie die Zahl ein.
typed-import = Geben Sie { $n } ein, um zu bestätigen, dass so viele Personen hinzukommen. Nichts wurde geändert.
