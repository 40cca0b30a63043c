//! A filter that turns images into text.

use serde_json::Value;

use crate::extract::Page;

/// Puts the alternative text of each image in its place.
pub(super) fn replace_by_text(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    for image in page.query_all("img").map_err(|error| error.to_string())? {
        let text = page.attribute(image, "alt").unwrap_or_default().to_owned();
        let text = page.create_text(&text);
        page.replace(image, text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::filtered;

    #[test]
    fn an_image_gives_its_alternative_text() {
        let html = r#"<p>Send it to <img src="a1.png" alt="legal (at) acme"> now<img src="pixel.gif"></p>"#;

        assert_eq!(filtered("replaceImagesByText", None, html), "<p>Send it to legal (at) acme now</p>");
    }
}
