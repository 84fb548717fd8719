## Inhalte
content-help = Alle sehen auf ihrer eigenen Seite, was für ihre Inhaltsregion da ist.
content-none = Es gibt noch keine Inhalte.
content-new = Inhalt hinzufügen
content-edit = Inhalt bearbeiten
content-title = Titel
content-link = Link
content-who = Wer ihn sieht
content-delete = Diesen Inhalt löschen
content-import = Inhalte importieren
content-import-help = Eine Zeile für jeden Inhalt, Inhaltsregionen mit Namen, durch Semikolon getrennt. Die erste Zeile nennt die Spalten:
content-import-button = Inhalte hinzufügen
