//! Where pages are read as jsdom reads them, and not as browsers do.

use crate::extract::Page;

fn body(html: &str) -> String {
    let page = Page::of_test(html);
    let body = page.query_all("body").unwrap()[0];
    page.html_in(body)
}

#[test]
fn elements_that_a_drop_down_list_cannot_hold_leave_their_text() {
    assert_eq!(
        body("<select><div><option>a<i>b</i>c</option></div></select>"),
        "<select><option>abc</option></select>"
    );
    assert_eq!(body("<select><b><option>a</select>b"), "<select><option>a</option></select>b");
    assert_eq!(body("<select><iframe><p>a</iframe><hr>b"), "<select>a<hr>b</select>");
}

#[test]
fn fields_and_further_lists_end_a_drop_down_list() {
    assert_eq!(body("<select><option>a<input>b"), "<select><option>a</option></select><input>b");
    assert_eq!(body("<select>a<textarea><p></textarea>b"), "<select>a</select><textarea>&lt;p&gt;</textarea>b");
    assert_eq!(body("<select>a<select>b<p>c"), "<select>a</select>b<p>c</p>");
}

#[test]
fn a_cell_ends_the_drop_down_list_in_the_cell_before() {
    let row = |cells: &str| format!("<table><tbody><tr>{cells}</tr></tbody></table>");

    assert_eq!(body("<table><tr><td><select>a<p><td>b"), row("<td><select>a</select></td><td>b</td>"));
    assert_eq!(body("<table><tr><td><select>a</td></th><td>b"), row("<td><select>a</select></td><td>b</td>"));
    assert_eq!(body("<select>a<td>b"), "<select>ab</select>");
}

#[test]
fn a_template_in_a_drop_down_list_holds_anything() {
    let html = body("<select><template><p>a</p><select><b>c</template><b>d</select><b>e");

    assert_eq!(html, "<select><template><p>a</p><select>c</select></template>d</select><b>e</b>");
}

#[test]
fn text_beside_the_cells_of_a_table_goes_to_the_end_unless_it_can_follow_a_text() {
    assert_eq!(
        body("<p>a</p><table>b<tr><td>c</table><p>d"),
        "<p>a</p><table><tbody><tr><td>c</td></tr></tbody></table>b<p>d</p>"
    );
    assert_eq!(body("a<table>b<tr></table>c"), "ab<table><tbody><tr></tr></tbody></table>c");
}

#[test]
fn a_later_body_tag_overrules_the_attributes_of_the_first() {
    let page = Page::of_test("<body class=a id=x><p>a</p><body class=b>");

    assert_eq!(page.query_all("body.b#x").unwrap().len(), 1);
}
