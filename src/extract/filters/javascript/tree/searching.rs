//! How scripts find elements in a page.

use ego_tree::NodeRef;
use html5ever::ns;
use scraper::Node;
use scraper::node::Element;

use super::{Fault, Tree};
use crate::extract::css::Css;
use crate::extract::page::Descendants;

impl Tree {
    pub fn query(&mut self, number: u32, css: &str) -> Result<u32, Fault> {
        let (css, id) = (Css::parse(css)?, self.id(number)?);
        let is_page = id == self.page.tree().root().id();
        let found = if is_page {
            css.first(&self.page, &self.deadline)?
        } else {
            css.first_below(&self.page, id, &self.deadline)?
        };
        Ok(self.number_or_none(found))
    }

    pub fn query_all(&mut self, number: u32, css: &str) -> Result<Vec<u32>, Fault> {
        let found = Css::parse(css)?.all_below(&self.page, self.id(number)?, &self.deadline)?;
        Ok(self.numbers_of(found))
    }

    pub fn matches(&self, number: u32, css: &str) -> Result<bool, Fault> {
        Ok(Css::parse(css)?.matches_node(&self.page, self.id(number)?))
    }

    pub fn closest(&mut self, number: u32, css: &str) -> Result<u32, Fault> {
        let css = Css::parse(css)?;
        let node = self.node(number)?;
        let mut candidates = std::iter::once(node).chain(node.ancestors());
        let found = candidates.find(|candidate| css.matches_node(&self.page, candidate.id())).map(|node| node.id());
        Ok(self.number_or_none(found))
    }

    /// Elements below a node by their qualified name, or all for `*`.
    pub fn by_tag(&mut self, number: u32, name: &str) -> Result<Vec<u32>, Fault> {
        let lower = name.to_ascii_lowercase();
        let is_wanted = |element: &Element| {
            let wanted = if element.name.ns == ns!(html) { lower.as_str() } else { name };
            name == "*" || element.name() == wanted
        };
        let below = Descendants::of(self.node(number)?);
        let found =
            below.filter(|node| node.value().as_element().is_some_and(is_wanted)).map(|node| node.id()).collect();
        Ok(self.numbers_of(found))
    }

    pub fn by_id(&mut self, number: u32, id: &str) -> Result<u32, Fault> {
        let has_id =
            |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|each| each.attr("id") == Some(id));
        let found = Descendants::of(self.node(number)?).filter(|_| !id.is_empty()).find(has_id).map(|node| node.id());
        Ok(self.number_or_none(found))
    }
}
