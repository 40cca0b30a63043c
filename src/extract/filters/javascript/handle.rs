//! What scripts hand over to the host: nodes of the page, and texts.

use std::slice;

use rquickjs::class::Readable;
use rquickjs::{CString, Class, Coerced, Ctx, Exception, FromJs, Object, Result, Value};

/// A node of the page as scripts hold it: an object around the node's number, which they can neither see nor change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Handle(pub u32);

/// Makes a Rust type the inside of JavaScript objects that show nothing of it.
macro_rules! opaque {
    ($Type:ty, $name:literal, $Mutable:ty) => {
        // SAFETY: the type holds nothing that lives no longer than an engine.
        unsafe impl<'js> rquickjs::JsLifetime<'js> for $Type {
            type Changed<'to> = $Type;
        }

        impl<'js> rquickjs::class::Trace<'js> for $Type {
            fn trace<'a>(&self, _: rquickjs::class::Tracer<'a, 'js>) {}
        }

        impl<'js> rquickjs::class::JsClass<'js> for $Type {
            const NAME: &'static str = $name;
            type Mutable = $Mutable;

            fn constructor(_: &rquickjs::Ctx<'js>) -> rquickjs::Result<Option<rquickjs::Constructor<'js>>> {
                Ok(None)
            }
        }
    };
}
pub(super) use opaque;

opaque!(Handle, "Node", Readable);

impl Handle {
    /// The object of a node, with the prototype that its kind has: `prototypes` has one for some kinds, and one for `""`.
    pub(super) fn object<'js>(self, kind: &str, prototypes: &Object<'js>) -> Result<Class<'js, Self>> {
        let prototype: Option<Object<'js>> = prototypes.get(kind)?;
        Class::instance_proto(self, prototype.map_or_else(|| prototypes.get(""), Ok)?)
    }
}

impl<'js> FromJs<'js> for Handle {
    fn from_js(ctx: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let node = value.as_object().and_then(Class::<Self>::from_object);
        let node = node.ok_or_else(|| Exception::throw_type(ctx, "this is not a node of the page"))?;
        Ok(*node.borrow())
    }
}

/// A text as the DOM takes it: whatever it is given becomes a string, and halves of surrogate pairs U+FFFD.
pub(super) struct Text(pub String);

impl<'js> FromJs<'js> for Text {
    fn from_js(_: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let string = match value.as_string() {
            Some(string) => string.clone(),
            None => value.get::<Coerced<rquickjs::String<'js>>>()?.0,
        };
        let string = CString::from_string(string)?;
        // SAFETY: the string has as many bytes there for as long as it lives.
        let bytes = unsafe { slice::from_raw_parts(string.as_ptr().cast::<u8>(), string.len()) };
        Ok(Self(str::from_utf8(bytes).map_or_else(|_| well_formed(bytes.to_vec()), str::to_owned)))
    }
}

/// UTF-8 but for halves of surrogate pairs, each of which takes three bytes, as U+FFFD does.
fn well_formed(mut bytes: Vec<u8>) -> String {
    for at in 2..bytes.len() {
        if bytes[at - 2] == 0xed && bytes[at - 1] >= 0xa0 {
            bytes[at - 2..=at].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
