//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::text::one_line;
use super::{Entry, Feed};

pub fn write(feed: &Feed) -> String {
    let mut object = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(&feed.title),
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": feed.language,
        "authors": [{ "name": one_line(&feed.author) }],
        "items": feed.entries.iter().map(item).collect::<Value>(),
    });
    if let Some(subtitle) = &feed.subtitle {
        object["description"] = json!(one_line(subtitle));
    }
    if let Some(logo) = &feed.logo {
        object["icon"] = json!(logo);
    }
    // The format pages towards older entries.
    if let Some(previous) = &feed.paging.previous {
        object["next_url"] = json!(previous);
    }
    if let Some(hub) = &feed.hub {
        object["hubs"] = json!([{ "type": "WebSub", "url": hub }]);
    }
    object.to_string()
}

fn item(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "url": entry.url,
        "title": one_line(&entry.title),
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": entry.date.to_rfc3339_opts(SecondsFormat::Secs, true),
        "tags": entry.categories.iter().map(|category| &category.label).collect::<Vec<_>>(),
        // Names that begin so are for extensions; readers pass over them.
        "_fineprint": {
            "categories": entry.categories.iter().map(|category| {
                json!({ "scheme": category.scheme, "term": category.term })
            }).collect::<Value>(),
            "links": entry.links.iter().map(|link| {
                json!({ "rel": link.rel, "type": link.mime, "href": link.href, "title": link.title })
            }).collect::<Value>(),
        },
    })
}
