## Import
import-help = Eine Zeile für jede Person. Nichts wird geändert, bevor Sie gesehen haben, was die Datei bewirken würde. Die erste Zeile nennt die Spalten:
import-help-rules = Es gelten die Regeln und Grenzen eines Abgleichs: Wer kein Land hat, wird übersprungen; wessen letzter Tag vorbei ist, wird archiviert; wer später anfängt, wird bis dahin vorgemerkt.
import-help-empty = Eine leere Zelle lässt stehen, was da ist. Wer nicht in der Datei steht, bleibt unverändert, und wer neu ist und keinen ersten Tag hat, fängt heute an.
import-help-managed = Wen HiBob verwaltet, der wird übergangen und genannt.
import-file = CSV-Datei
import-text = Oder fügen Sie die Zeilen ein
import-check = Datei prüfen
import-again = Andere Datei wählen
import-line = Zeile
import-wrong = { $n ->
    [one] 1 Zeile lässt sich nicht übernehmen
   *[other] { $n } Zeilen lassen sich nicht übernehmen
}
import-wrong-help = Es wurde nichts geändert. Berichtigen Sie diese Zeilen in Ihrer Datei, und schicken Sie sie noch einmal.
import-wrong-rows = Zeilen, die sich nicht übernehmen lassen
rows-read = { $n ->
    [one] 1 Zeile wurde gelesen und zählt in genau einer davon.
   *[other] { $n } Zeilen wurden gelesen, und jede zählt in genau einer davon.
}
start-file = Datei übernehmen
start-file-help = Ändert jemand diese Personen, bevor Sie drücken, so wird nichts geändert, und Sie sehen den neuen Plan.
file-nothing-changes = Nichts würde sich ändern: Alle in der Datei sind hier, wie sie es sagt.
seen-in-file = In der Datei
file-line = (Zeile { $n })
file-mend = Berichtigen Sie diese Zeile in Ihrer Datei, und wählen Sie die Datei noch einmal. Die anderen Zeilen lassen sich jetzt übernehmen.
done-imported = Die Datei ist übernommen.
done-plan-changed = Jemand hat diese Personen inzwischen geändert, deshalb wurde nichts übernommen. Das ist der neue Plan.
