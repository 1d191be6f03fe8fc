// SPDX-License-Identifier: GPL-2.0

//! HTML of which only our own text is markup: whatever else is added is escaped.

use super::{
    grid::Side,
    plain::escape, //
};

/// A page, or a part of one.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// Adds markup, which is in this program's source.
    pub(crate) fn markup(&mut self, markup: &'static str) {
        self.0 += markup;
    }

    /// Adds text that may be anything.
    pub(crate) fn text(&mut self, text: &str) {
        self.0 += &escape(text);
    }

    /// Adds a picture that `svg` has drawn, or its style sheet.
    pub(crate) fn drawn(&mut self, svg: &str) {
        self.0 += svg;
    }

    /// Adds an element with text in it.
    pub(crate) fn element(&mut self, name: &'static str, text: &str) {
        self.0 += &format!("<{name}>{}</{name}>\n", escape(text));
    }

    /// Adds names and what belongs to them.
    pub(crate) fn facts(&mut self, facts: &[(&'static str, String)]) {
        self.0 += "<dl>\n";
        for (name, fact) in facts {
            self.0 += &format!("<div><dt>{name}</dt><dd>{}</dd></div>\n", escape(fact));
        }
        self.0 += "</dl>\n";
    }

    /// Adds a table. The first cell of a row is its heading.
    pub(crate) fn table(&mut self, columns: &[(&'static str, Side)], rows: &[Vec<String>]) {
        let class = |side: Side| match side {
            Side::Left => "",
            Side::Right => " class=\"n\"",
        };
        self.0 += "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>";
        for &(name, side) in columns {
            self.0 += &format!("<th scope=\"col\"{}>{name}</th>", class(side));
        }
        self.0 += "</tr></thead>\n<tbody>\n";
        for row in rows {
            self.0 += "<tr>";
            for (place, (cell, &(_, side))) in row.iter().zip(columns).enumerate() {
                let (class, cell) = (class(side), escape(cell));
                self.0 += &match place {
                    0 => format!("<th scope=\"row\"{class}>{cell}</th>"),
                    _ => format!("<td{class}>{cell}</td>"),
                };
            }
            self.0 += "</tr>\n";
        }
        self.0 += "</tbody></table></div>\n";
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_markup_is_text() {
        let bad = "<script>\"'&</script>".to_owned();
        let mut html = Html::default();
        html.text(&bad);
        html.element("p", &bad);
        html.facts(&[("name", bad.clone())]);
        html.table(
            &[("a", Side::Left), ("b", Side::Right)],
            &[vec![bad.clone(), bad]],
        );
        let page = html.finish();
        assert_eq!(
            page.matches("&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;")
                .count(),
            5
        );
        assert!(!page.contains("<script"), "{page}");
    }
}
