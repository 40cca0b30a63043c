//! Services and terms types under the names they have today: where an old address leads, and what was called how.

use axum::response::{IntoResponse, Redirect, Response};

use super::reader::Reader;
use crate::domain::{ServiceId, TermsKey, TermsName, TermsType};

/// Where the page of a service lies that went by another name.
pub fn of_service(reader: &Reader, id: &ServiceId) -> Option<Response> {
    let now = names(reader, Some(id), None).into_iter().next()?.service?;
    (now != *id).then(|| to(&reader.frame("").to_service(now.as_str())))
}

/// Where the page of a terms type lies that went by another name.
pub fn of_type(reader: &Reader, name: &TermsType) -> Option<Response> {
    let now = names(reader, None, Some(name)).into_iter().next()?.terms_type?;
    (now != *name).then(|| to(&reader.frame("").to_type(now.as_str())))
}

/// Where a page about a terms lies that went by another name: `rest` is what follows in its address.
pub fn of_terms(reader: &Reader, key: &TermsKey, rest: &str) -> Option<Response> {
    let now = reader.current(key);
    (now != *key).then(|| to(&format!("{}{rest}", reader.frame("").to_terms(&now))))
}

/// The former names of a service, a terms type or a terms, in words; nothing where it was always called so.
pub fn told(reader: &Reader, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> Option<String> {
    let names = names(reader, service, terms_type);
    let former: Vec<String> = names.iter().skip(1).map(|name| in_words(reader, name, service, terms_type)).collect();
    (!former.is_empty()).then(|| reader.words.say_it("formerly", former.join(", ")))
}

fn names(reader: &Reader, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> Vec<TermsName> {
    reader.served.declared().renames.names(service, terms_type)
}

/// The parts of a name that are not those of today, and until when it was one.
fn in_words(reader: &Reader, name: &TermsName, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> String {
    let former_service = name.service.as_ref().filter(|former| Some(*former) != service).map(ServiceId::as_str);
    let former_type = name.terms_type.as_ref().filter(|former| Some(*former) != terms_type).map(TermsType::as_str);
    let parts: Vec<&str> = former_service.into_iter().chain(former_type).collect();
    let former = reader.words.say_it("former-name", parts.join(" · "));
    match name.until {
        Some(until) => {
            let values = [("name", former.into()), ("date", reader.words.day(until).into())];
            reader.words.say_of("formerly-until", values)
        }
        None => former,
    }
}

fn to(address: &str) -> Response {
    Redirect::permanent(address).into_response()
}
