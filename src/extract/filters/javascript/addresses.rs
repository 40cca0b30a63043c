//! `URL` and `URLSearchParams` of JavaScript: addresses and their queries, as the URL Standard has them.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::class::{Readable, Writable};
use rquickjs::{Class, Ctx, Function, Object, Result};
use url::form_urlencoded::{Serializer, parse};
use url::{Url, quirks};

use super::handle::{Text, opaque};

/// What is inside a `URL`. Its query may have it too.
#[derive(Clone)]
struct Address(Rc<RefCell<Url>>);

opaque!(Address, "URL", Readable);

/// What is inside a `URLSearchParams`: names and values, and the address that changes with them.
struct Query {
    pairs: Vec<(String, String)>,
    of: Option<Address>,
}

opaque!(Query, "URLSearchParams", Writable);

/// Sets functions on an object.
macro_rules! offer {
    ($ctx:expr, $host:expr; $($name:literal => $function:expr;)*) => {
        $($host.set($name, Function::new($ctx.clone(), $function)?)?;)*
    };
}

/// Sets the functions that scripts need for addresses.
pub(super) fn offer<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer_addresses(ctx, host)?;
    offer_reading_of_queries(ctx, host)?;
    offer_changing_of_queries(ctx, host)
}

fn offer_addresses<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer! { ctx, host;
        "url" => |address: Text, base: Text, prototype: Object<'js>| {
            parsed(&address.0, &base.0).map(|url| Class::instance_proto(Address::of(url), prototype)).transpose()
        };
        "href" => |url: Class<'js, Address>| url.borrow().0.borrow().to_string();
        "setHref" => |url: Class<'js, Address>, value: Text| {
            let parsed = Url::parse(&value.0).ok();
            parsed.map(|parsed| *url.borrow().0.borrow_mut() = parsed).is_some()
        };
        "urlPart" => |url: Class<'js, Address>, part: Text| url.borrow().part(&part.0);
        "setUrlPart" => |url: Class<'js, Address>, part: Text, value: Text| url.borrow().set_part(&part.0, &value.0);
        "urlQuery" => |url: Class<'js, Address>, prototype: Object<'js>| {
            Class::instance_proto(Query::of(&url.borrow()), prototype)
        };
    }
    Ok(())
}

fn offer_reading_of_queries<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer! { ctx, host;
        "queryOf" => |text: Text, prototype: Object<'js>| {
            let pairs = pairs(text.0.strip_prefix('?').unwrap_or(&text.0));
            Class::instance_proto(Query { pairs, of: None }, prototype)
        };
        "queryText" => |query: Class<'js, Query>| query.borrow().text();
        "querySize" => |query: Class<'js, Query>| query.borrow().pairs.len();
        "queryPair" => |query: Class<'js, Query>, index: usize| {
            query.borrow().pairs.get(index).map(|(name, value)| vec![name.clone(), value.clone()])
        };
        "queryGet" => |query: Class<'js, Query>, name: Text| query.borrow().first(&name.0);
        "queryGetAll" => |query: Class<'js, Query>, name: Text| query.borrow().all(&name.0);
        "queryHas" => |query: Class<'js, Query>, name: Text, value: Option<Text>| {
            query.borrow().pairs.iter().any(|pair| is(pair, &name, value.as_ref()))
        };
    }
    Ok(())
}

fn offer_changing_of_queries<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer! { ctx, host;
        "queryReload" => |query: Class<'js, Query>| query.borrow_mut().reload();
        "queryAppend" => |query: Class<'js, Query>, name: Text, value: Text| {
            query.borrow_mut().change(|pairs| pairs.push((name.0, value.0)));
        };
        "queryDelete" => |query: Class<'js, Query>, name: Text, value: Option<Text>| {
            query.borrow_mut().change(|pairs| pairs.retain(|pair| !is(pair, &name, value.as_ref())));
        };
        "querySet" => |query: Class<'js, Query>, name: Text, value: Text| {
            query.borrow_mut().change(|pairs| set(pairs, name.0, value.0));
        };
        "querySort" => |query: Class<'js, Query>| {
            query.borrow_mut().change(|pairs| pairs.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16())));
        };
    }
    Ok(())
}

/// The address made absolute; `None` where it is invalid. An empty base is none.
fn parsed(address: &str, base: &str) -> Option<Url> {
    let parsed =
        if base.is_empty() { Url::parse(address) } else { Url::parse(base).and_then(|base| base.join(address)) };
    parsed.ok()
}

impl Address {
    fn of(url: Url) -> Self {
        Self(Rc::new(RefCell::new(url)))
    }

    /// A part, by the name that `URL` gives it.
    fn part(&self, part: &str) -> String {
        let url = self.0.borrow();
        match part {
            "protocol" => quirks::protocol(&url),
            "username" => quirks::username(&url),
            "password" => quirks::password(&url),
            "host" => quirks::host(&url),
            "hostname" => quirks::hostname(&url),
            "port" => quirks::port(&url),
            "pathname" => quirks::pathname(&url),
            "search" => quirks::search(&url),
            "hash" => quirks::hash(&url),
            "origin" => return quirks::origin(&url),
            _ => "",
        }
        .to_owned()
    }

    /// Replaces a part. A value that does not fit leaves the address alone, as the standard's setters do.
    fn set_part(&self, part: &str, value: &str) {
        let url = &mut *self.0.borrow_mut();
        match part {
            "protocol" => drop(quirks::set_protocol(url, value)),
            "username" => drop(quirks::set_username(url, value)),
            "password" => drop(quirks::set_password(url, value)),
            "host" => drop(quirks::set_host(url, value)),
            "hostname" => drop(quirks::set_hostname(url, value)),
            "port" => drop(quirks::set_port(url, value)),
            "pathname" => quirks::set_pathname(url, value),
            "search" => quirks::set_search(url, value),
            "hash" => quirks::set_hash(url, value),
            _ => {}
        }
    }
}

impl Query {
    fn of(address: &Address) -> Self {
        let pairs = pairs(address.0.borrow().query().unwrap_or_default());
        Self { pairs, of: Some(address.clone()) }
    }

    /// Takes over what the address says now.
    fn reload(&mut self) {
        if let Some(address) = &self.of {
            self.pairs = pairs(address.0.borrow().query().unwrap_or_default());
        }
    }

    /// Changes the pairs, and the address with them.
    fn change(&mut self, change: impl FnOnce(&mut Vec<(String, String)>)) {
        change(&mut self.pairs);
        if let Some(address) = &self.of {
            quirks::set_search(&mut address.0.borrow_mut(), &self.text());
        }
    }

    fn first(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.clone())
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|pair| pair.0 == name).map(|pair| pair.1.clone()).collect()
    }

    fn text(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    parse(query.as_bytes()).into_owned().collect()
}

/// Gives the first pair of this name the value and takes out the others; a new pair goes last.
fn set(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    let Some(first) = pairs.iter().position(|pair| pair.0 == name) else {
        pairs.push((name, value));
        return;
    };
    pairs[first].1 = value;
    let mut index = 0;
    pairs.retain(|pair| {
        index += 1;
        index <= first + 1 || pair.0 != name
    });
}

fn is(pair: &(String, String), name: &Text, value: Option<&Text>) -> bool {
    pair.0 == name.0 && value.is_none_or(|value| pair.1 == value.0)
}
