//! `URL` and `URLSearchParams` of JavaScript: addresses and their queries, as the URL Standard has them.

use rquickjs::class::Writable;
use rquickjs::{Class, Ctx, Function, Object, Result};
use url::form_urlencoded::{Serializer, parse};
use url::{Url, quirks};

use super::handle::{Text, opaque};

/// What is inside a `URL`.
struct Address(Url);

opaque!(Address, "Address", Writable);

/// What is inside a `URLSearchParams`: names and values.
#[derive(Default)]
struct Query(Vec<(String, String)>);

opaque!(Query, "Query", Writable);

/// Sets functions on an object.
macro_rules! offer {
    ($ctx:expr, $host:expr; $($name:literal => $function:expr;)*) => {
        $($host.set($name, Function::new($ctx.clone(), $function)?)?;)*
    };
}

/// Sets the functions that scripts need for addresses.
pub(super) fn offer<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer_addresses(ctx, host)?;
    offer_queries(ctx, host)
}

fn offer_addresses<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer! { ctx, host;
        "url" => |ctx: Ctx<'js>, address: Text, base: Text| {
            Address::parse(&address.0, &base.0).map(|address| Class::instance(ctx, address)).transpose()
        };
        "href" => |address: Class<'js, Address>| address.borrow().0.to_string();
        "setHref" => |address: Class<'js, Address>, value: Text| {
            let parsed = Address::parse(&value.0, "");
            parsed.map(|parsed| *address.borrow_mut() = parsed).is_some()
        };
        "urlPart" => |address: Class<'js, Address>, part: Text| address.borrow().part(&part.0);
        "setUrlPart" => |address: Class<'js, Address>, part: Text, value: Text| {
            address.borrow_mut().set_part(&part.0, &value.0);
        };
        "setUrlQuery" => |address: Class<'js, Address>, query: Class<'js, Query>| {
            quirks::set_search(&mut address.borrow_mut().0, &query.borrow().to_string());
        };
        "urlQuery" => |ctx: Ctx<'js>, address: Class<'js, Address>| {
            let query = Query::parse(address.borrow().0.query().unwrap_or_default());
            Class::instance(ctx, query)
        };
    }
    Ok(())
}

fn offer_queries<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    offer! { ctx, host;
        "queryOf" => |ctx: Ctx<'js>, text: Text| {
            Class::instance(ctx, Query::parse(text.0.strip_prefix('?').unwrap_or(&text.0)))
        };
        "queryEnter" => |query: Class<'js, Query>, address: Class<'js, Address>| {
            *query.borrow_mut() = Query::parse(address.borrow().0.query().unwrap_or_default());
        };
        "queryText" => |query: Class<'js, Query>| query.borrow().to_string();
        "querySize" => |query: Class<'js, Query>| query.borrow().0.len();
        "queryPair" => |query: Class<'js, Query>, index: usize| {
            query.borrow().0.get(index).map(|(name, value)| vec![name.clone(), value.clone()])
        };
        "queryGetAll" => |query: Class<'js, Query>, name: Text| query.borrow().all(&name.0);
        "queryGet" => |query: Class<'js, Query>, name: Text| query.borrow().first(&name.0);
        "queryHas" => |query: Class<'js, Query>, name: Text, value: Option<Text>| {
            query.borrow().0.iter().any(|pair| is(pair, &name, value.as_ref()))
        };
        "queryAppend" => |query: Class<'js, Query>, name: Text, value: Text| query.borrow_mut().0.push((name.0, value.0));
        "queryDelete" => |query: Class<'js, Query>, name: Text, value: Option<Text>| {
            query.borrow_mut().0.retain(|pair| !is(pair, &name, value.as_ref()));
        };
        "querySet" => |query: Class<'js, Query>, name: Text, value: Text| query.borrow_mut().set(name.0, value.0);
        "querySort" => |query: Class<'js, Query>| query.borrow_mut().0.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
    }
    Ok(())
}

impl Address {
    /// The address made absolute; `None` where it is invalid. An empty base is none.
    fn parse(address: &str, base: &str) -> Option<Self> {
        let parsed =
            if base.is_empty() { Url::parse(address) } else { Url::parse(base).and_then(|base| base.join(address)) };
        parsed.ok().map(Self)
    }

    /// A part, by the name that `URL` gives it.
    fn part(&self, part: &str) -> String {
        match part {
            "protocol" => quirks::protocol(&self.0),
            "username" => quirks::username(&self.0),
            "password" => quirks::password(&self.0),
            "host" => quirks::host(&self.0),
            "hostname" => quirks::hostname(&self.0),
            "port" => quirks::port(&self.0),
            "pathname" => quirks::pathname(&self.0),
            "search" => quirks::search(&self.0),
            "hash" => quirks::hash(&self.0),
            "origin" => return quirks::origin(&self.0),
            _ => "",
        }
        .to_owned()
    }

    /// Replaces a part. A value that does not fit leaves the address alone, as the standard's setters do.
    fn set_part(&mut self, part: &str, value: &str) {
        let url = &mut self.0;
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
    fn parse(query: &str) -> Self {
        Self(parse(query.as_bytes()).into_owned().collect())
    }

    fn first(&self, name: &str) -> Option<String> {
        self.0.iter().find(|pair| pair.0 == name).map(|pair| pair.1.clone())
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|pair| pair.0 == name).map(|pair| pair.1.clone()).collect()
    }

    /// Gives the first pair of this name the value and takes out the others; a new pair goes last.
    fn set(&mut self, name: String, value: String) {
        let Some(first) = self.0.iter().position(|pair| pair.0 == name) else {
            self.0.push((name, value));
            return;
        };
        self.0[first].1 = value;
        let mut index = 0;
        self.0.retain(|pair| {
            index += 1;
            index <= first + 1 || pair.0 != name
        });
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&Serializer::new(String::new()).extend_pairs(&self.0).finish())
    }
}

fn is(pair: &(String, String), name: &Text, value: Option<&Text>) -> bool {
    pair.0 == name.0 && value.is_none_or(|value| pair.1 == value.0)
}
