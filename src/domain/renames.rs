//! Names that services and terms types went by before, so that their history is one.

use chrono::{DateTime, Utc};

use super::{ServiceId, TermsKey, TermsType};

/// What was renamed in a collection: one step from a former name to today's, never a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    pub services: Vec<ServiceRename>,
    pub terms_types: Vec<TermsTypeRename>,
}

/// A service that had another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRename {
    pub from: ServiceId,
    pub to: ServiceId,
    /// Until when the former id meant this service; without it, it means nothing else now.
    pub valid_until: Option<DateTime<Utc>>,
}

/// A terms type that had another name, with one service or with all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsTypeRename {
    /// By its present id; all services where it is absent.
    pub service: Option<ServiceId>,
    pub from: TermsType,
    pub to: TermsType,
    /// Until when the former name meant this terms type; without it, it means nothing else now.
    pub valid_until: Option<DateTime<Utc>>,
}

/// A name under which records are meant. What is absent may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsName {
    pub service: Option<ServiceId>,
    pub terms_type: Option<TermsType>,
    /// Only records of this date or earlier.
    pub until: Option<DateTime<Utc>>,
}

impl Renames {
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.terms_types.is_empty()
    }

    /// The name that a terms goes by today which went by `terms` at a date.
    pub fn current(&self, terms: &TermsKey, date: DateTime<Utc>) -> TermsKey {
        let holds = |until: Option<DateTime<Utc>>| until.is_none_or(|until| date <= until);
        self.renamed(terms, holds)
    }

    /// All terms that records under a name may be of: one, unless the name has come to mean something else.
    pub fn meanings(&self, terms: &TermsKey) -> Vec<TermsKey> {
        let services = self.services.iter().filter_map(|rename| rename.valid_until);
        let ends = services.chain(self.terms_types.iter().filter_map(|rename| rename.valid_until));
        let mut meanings: Vec<TermsKey> =
            ends.chain([DateTime::<Utc>::MAX_UTC]).map(|date| self.current(terms, date)).collect();
        meanings.sort();
        meanings.dedup();
        meanings
    }

    /// All names that records of a service, a terms type or a terms went by, today's first.
    ///
    /// A former name is as good as today's to ask by, unless it has come to mean something else.
    pub fn names(&self, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> Vec<TermsName> {
        let service = service.map(|id| self.service_now(id, |until| until.is_none()).clone());
        let terms_type = terms_type.map(|name| self.type_now(service.as_ref(), name, |until| until.is_none()).clone());
        let mut names = Vec::new();
        for (terms_type, until) in self.type_names(service.as_ref(), terms_type.as_ref()) {
            for (service, service_until) in self.service_names(service.as_ref()) {
                let until = earlier(until, service_until);
                names.push(TermsName { service, terms_type: terms_type.clone(), until });
            }
        }
        if let (None, Some(terms_type)) = (&service, &terms_type) {
            names.extend(self.names_of_a_type_with_one_service(terms_type));
        }
        names
    }

    fn renamed(&self, terms: &TermsKey, holds: impl Fn(Option<DateTime<Utc>>) -> bool) -> TermsKey {
        let service = self.service_now(&terms.service, &holds);
        let terms_type = self.type_now(Some(service), &terms.terms_type, &holds);
        TermsKey::new(service.clone(), terms_type.clone())
    }

    fn service_now<'a>(&'a self, id: &'a ServiceId, holds: impl Fn(Option<DateTime<Utc>>) -> bool) -> &'a ServiceId {
        let rename = self.services.iter().find(|rename| rename.from == *id && holds(rename.valid_until));
        rename.map_or(id, |rename| &rename.to)
    }

    fn type_now<'a>(
        &'a self,
        service: Option<&ServiceId>,
        name: &'a TermsType,
        holds: impl Fn(Option<DateTime<Utc>>) -> bool,
    ) -> &'a TermsType {
        let mut renames = self.terms_types.iter().filter(|rename| rename.is_with(service));
        let rename = renames.find(|rename| rename.from == *name && holds(rename.valid_until));
        rename.map_or(name, |rename| &rename.to)
    }

    fn service_names(&self, service: Option<&ServiceId>) -> Vec<(Option<ServiceId>, Option<DateTime<Utc>>)> {
        let former = self.services.iter().filter(|rename| Some(&rename.to) == service);
        let former = former.map(|rename| (Some(rename.from.clone()), rename.valid_until));
        std::iter::once((service.cloned(), None)).chain(former).collect()
    }

    fn type_names(
        &self,
        service: Option<&ServiceId>,
        terms_type: Option<&TermsType>,
    ) -> Vec<(Option<TermsType>, Option<DateTime<Utc>>)> {
        let former = self.terms_types.iter().filter(|rename| rename.is_with(service) && Some(&rename.to) == terms_type);
        let former = former.map(|rename| (Some(rename.from.clone()), rename.valid_until));
        std::iter::once((terms_type.cloned(), None)).chain(former).collect()
    }

    /// Where a terms type is asked for of all services, also what it was called with one of them.
    fn names_of_a_type_with_one_service(&self, terms_type: &TermsType) -> Vec<TermsName> {
        let of_one = self.terms_types.iter().filter(|rename| rename.service.is_some() && rename.to == *terms_type);
        let names = of_one.flat_map(|rename| {
            self.service_names(rename.service.as_ref()).into_iter().map(|(service, until)| TermsName {
                service,
                terms_type: Some(rename.from.clone()),
                until: earlier(until, rename.valid_until),
            })
        });
        names.collect()
    }
}

impl TermsTypeRename {
    fn is_with(&self, service: Option<&ServiceId>) -> bool {
        self.service.is_none() || self.service.as_ref() == service
    }
}

impl TermsName {
    /// Whether a record of a terms and date goes by this name.
    pub fn is_of(&self, terms: &TermsKey, date: DateTime<Utc>) -> bool {
        self.service.as_ref().is_none_or(|service| *service == terms.service)
            && self.terms_type.as_ref().is_none_or(|terms_type| *terms_type == terms.terms_type)
            && self.until.is_none_or(|until| date <= until)
    }
}

fn earlier(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    a.into_iter().chain(b).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renames() -> Renames {
        let service = |from: &str, valid_until: Option<&str>| ServiceRename {
            from: from.parse().unwrap(),
            to: "X".parse().unwrap(),
            valid_until: valid_until.map(|date| date.parse().unwrap()),
        };
        let terms_type = |service: Option<&str>, from: &str| TermsTypeRename {
            service: service.map(|id| id.parse().unwrap()),
            from: from.parse().unwrap(),
            to: "Terms of Service".parse().unwrap(),
            valid_until: None,
        };
        Renames {
            services: vec![service("Twitter", None), service("Odeo", Some("2006-07-01T00:00:00Z"))],
            terms_types: vec![terms_type(None, "Terms of Use"), terms_type(Some("X"), "Rules")],
        }
    }

    fn terms(service: &str, terms_type: &str) -> TermsKey {
        TermsKey::new(service.parse().unwrap(), terms_type.parse().unwrap())
    }

    fn names(service: Option<&str>, terms_type: Option<&str>) -> Vec<String> {
        let service: Option<ServiceId> = service.map(|id| id.parse().unwrap());
        let terms_type: Option<TermsType> = terms_type.map(|name| name.parse().unwrap());
        let found = renames().names(service.as_ref(), terms_type.as_ref());
        let shown = |name: &TermsName| {
            let until = name.until.map(|date| format!(" until {}", date.format("%Y"))).unwrap_or_default();
            let service = name.service.as_ref().map_or("*", ServiceId::as_str);
            format!("{service}/{}{until}", name.terms_type.as_ref().map_or("*", TermsType::as_str))
        };
        found.iter().map(shown).collect()
    }

    #[test]
    fn a_terms_is_found_under_all_names_of_service_and_type() {
        let expected = [
            "X/Terms of Service",
            "Twitter/Terms of Service",
            "Odeo/Terms of Service until 2006",
            "X/Terms of Use",
            "Twitter/Terms of Use",
            "Odeo/Terms of Use until 2006",
            "X/Rules",
            "Twitter/Rules",
            "Odeo/Rules until 2006",
        ];

        assert_eq!(names(Some("X"), Some("Terms of Service")), expected);
        assert_eq!(names(Some("Twitter"), Some("Terms of Use")), expected, "a former name is as good as today's");
    }

    #[test]
    fn a_service_or_a_type_alone_is_found_under_all_its_names() {
        assert_eq!(names(Some("X"), None), ["X/*", "Twitter/*", "Odeo/* until 2006"]);
        let of_all = ["*/Terms of Service", "*/Terms of Use", "X/Rules", "Twitter/Rules", "Odeo/Rules until 2006"];
        assert_eq!(names(None, Some("Terms of Service")), of_all);
        assert_eq!(names(Some("Acme"), Some("Imprint")), ["Acme/Imprint"]);
    }

    #[test]
    fn a_name_that_came_to_mean_something_else_stands_for_that() {
        assert_eq!(names(Some("Odeo"), None), ["Odeo/*"]);
        let at = |date: &str| renames().current(&terms("Odeo", "Rules"), date.parse().unwrap());
        assert_eq!(at("2006-01-01T00:00:00Z"), terms("X", "Terms of Service"));
        assert_eq!(at("2007-01-01T00:00:00Z"), terms("Odeo", "Rules"));
        let meanings = renames().meanings(&terms("Odeo", "Rules"));
        assert_eq!(meanings, [terms("Odeo", "Rules"), terms("X", "Terms of Service")]);
    }
}
