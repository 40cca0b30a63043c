//! Writes small PDF files for tests.

use std::fmt::Write;

/// A PDF file in the making: pages of text set in Helvetica.
#[derive(Default)]
pub(super) struct Sample {
    pages: Vec<String>,
    /// Objects of the test's own, from number 10 on.
    extra: Vec<String>,
}

pub(super) const HEIGHT: f32 = 842.0;

impl Sample {
    pub(super) fn page(mut self, texts: &[(f32, f32, f32, &str)]) -> Self {
        let mut content = String::from("BT\n");
        for (x, y_from_top, size, text) in texts {
            let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            let y = HEIGHT - y_from_top;
            writeln!(content, "/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj").unwrap();
        }
        self.pages.push(content + "ET\n");
        self
    }

    /// A page with content as the test writes it.
    pub(super) fn raw_page(mut self, content: impl Into<String>) -> Self {
        self.pages.push(content.into());
        self
    }

    /// Adds an object; the first has number 10, and pages know it as the form `/X10`.
    pub(super) fn object(mut self, body: impl Into<String>) -> Self {
        self.extra.push(body.into());
        self
    }

    /// The content of the first page, to be put into another file.
    pub(super) fn only_page(&self) -> String {
        self.pages[0].clone()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut objects: Vec<(usize, String)> = Vec::new();
        let first_page = 10 + self.extra.len();
        let kids: String = (0..self.pages.len()).map(|index| format!("{} 0 R ", first_page + 2 * index)).collect();
        let forms: String = (0..self.extra.len()).map(|index| format!("/X{0} {0} 0 R ", 10 + index)).collect();
        objects.push((1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()));
        objects.push((2, format!("<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 595 842]>>", self.pages.len())));
        objects.push((3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned()));
        for (index, body) in self.extra.iter().enumerate() {
            objects.push((10 + index, body.clone()));
        }
        for (index, content) in self.pages.iter().enumerate() {
            let number = first_page + 2 * index;
            let resources = format!("<</Font<</F1 3 0 R>>/XObject<<{forms}>>>>");
            let stream = number + 1;
            let page = format!("<</Type/Page/Parent 2 0 R/Resources{resources}/Contents {stream} 0 R>>");
            objects.push((number, page));
            objects.push((stream, stream_object("", content)));
        }
        file_of(&objects)
    }
}

pub(super) fn stream_object(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>stream\n{content}\nendstream", content.len())
}

fn file_of(objects: &[(usize, String)]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let mut table = String::new();
    for (number, body) in objects {
        writeln!(table, "{number} 1\n{:010} 00000 n ", file.len()).unwrap();
        writeln!(file, "{number} 0 obj\n{body}\nendobj").unwrap();
    }
    let start = file.len();
    write!(file, "xref\n{table}trailer\n<</Size 1000/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").unwrap();
    file.into_bytes()
}
