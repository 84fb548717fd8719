## Content
content-help = Everybody sees what is for their content region on their own page.
content-none = There is no content yet.
content-new = Add content
content-edit = Edit content
content-title = Title
content-link = Link
content-who = Who sees it
content-delete = Delete this content
content-import = Import content
content-import-help = One row for each, regions by name, joined by a semicolon. The first line names the columns:
content-import-button = Add the content
