//! Tables: columns and nothing else, so that `grep` and `cut` work on them too.

use comfy_table::{Table, presets};

/// A table with a heading.
pub(crate) fn table<const N: usize>(
    heading: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heading);
    for row in rows {
        table.add_row(row.map(|cell| cell.replace('\n', " ")));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_headings() {
        let rows = [
            ["acme".to_owned(), "Acme\nLtd".to_owned()],
            ["b".to_owned(), String::new()],
        ];
        assert_eq!(
            table(["SLUG", "NAME"], rows),
            "SLUG  NAME\nacme  Acme Ltd\nb"
        );
    }
}
