fn main() {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file).unwrap();
        let t = std::time::Instant::now();
        match fineprint::extract::pdf::markdown(&bytes, &Default::default()) {
            Ok(text) => { std::fs::write(format!("/tmp/pdfout/{}.md", file.replace('/', "_")), &text).unwrap(); eprintln!("{file} {:?}", t.elapsed()); }
            Err(error) => eprintln!("{file}: {error}"),
        }
    }
}
