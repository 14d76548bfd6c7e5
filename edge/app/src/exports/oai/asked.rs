//! The request of a harvester: the verb and its arguments, and the faults of the protocol's list.

use seoga_search::ChangeDay;
use seoga_text::day::Day;

use super::selection::{Form, Selection};
use super::token;
use crate::http::params::Params;
use crate::http::problem::Problem;

/// A verb with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Identify,
    ListMetadataFormats { identifier: Option<String> },
    ListSets,
    GetRecord { identifier: String, form: Form },
    List { whole: bool, selection: Selection, after: Option<token::Resumed> },
}

/// A fault, by its code in the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refused {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Tells whether the answer may not repeat the arguments: they are not to be relied on.
    pub(super) fn hides_arguments(&self) -> bool {
        matches!(self.code, "badVerb" | "badArgument")
    }
}

/// The arguments as they came, each with all its values.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// In the order in which the protocol names them.
    values: Vec<(&'static str, Vec<String>)>,
}

impl Arguments {
    /// Reads those that the protocol knows, and of those what has a value. Others are passed over, as on every other path: no cache keeps them apart.
    pub(super) fn read(params: &Params<'_>) -> Result<Self, Problem> {
        let given = |mut values: Vec<String>| {
            values.retain(|value| !value.is_empty());
            values
        };
        Ok(Self {
            values: vec![
                ("verb", given(params.all("verb")?)),
                ("identifier", given(params.all("identifier")?)),
                ("metadataPrefix", given(params.all("metadataPrefix")?)),
                ("from", given(params.all("from")?)),
                ("until", given(params.all("until")?)),
                ("set", given(params.all("set")?)),
                ("resumptionToken", given(params.all("resumptionToken")?)),
            ],
        })
    }

    /// Gives the value of an argument, of one given twice the first.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let (_, values) = self.values.iter().find(|(known, _)| *known == name)?;
        values.first().map(String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, Refused> {
        self.one(name).ok_or_else(|| Refused::new("badArgument", format!("{name} is missing")))
    }

    /// Refuses arguments that the verb does not take, and any that was given twice.
    fn only(&self, allowed: &[&str]) -> Result<(), Refused> {
        for (name, values) in self.values.iter().filter(|(name, _)| *name != "verb") {
            if values.len() > 1 {
                return Err(Refused::new("badArgument", format!("{name} is given {} times", values.len())));
            }
            if !values.is_empty() && !allowed.contains(name) {
                return Err(Refused::new("badArgument", format!("{name} does not go with this verb")));
            }
        }
        Ok(())
    }

    /// Understands them.
    pub(super) fn asked(&self) -> Result<Asked, Refused> {
        let verbs = self.values.first().map(|(_, values)| values.as_slice()).unwrap_or_default();
        let [verb] = verbs else {
            return Err(Refused::new("badVerb", "verb is to be given once"));
        };
        match verb.as_str() {
            "Identify" => self.only(&[]).map(|()| Asked::Identify),
            "ListMetadataFormats" => {
                self.only(&["identifier"])?;
                Ok(Asked::ListMetadataFormats { identifier: self.one("identifier").map(str::to_owned) })
            }
            "ListSets" => {
                self.only(&["resumptionToken"])?;
                match self.one("resumptionToken") {
                    Some(_) => Err(Refused::new("badResumptionToken", "all sets come in one answer")),
                    None => Ok(Asked::ListSets),
                }
            }
            "GetRecord" => {
                self.only(&["identifier", "metadataPrefix"])?;
                let identifier = self.required("identifier")?.to_owned();
                Ok(Asked::GetRecord { identifier, form: form(self.required("metadataPrefix")?)? })
            }
            "ListIdentifiers" => self.list(false),
            "ListRecords" => self.list(true),
            other => Err(Refused::new("badVerb", format!("{other} is no verb of OAI-PMH 2.0"))),
        }
    }

    fn list(&self, whole: bool) -> Result<Asked, Refused> {
        if let Some(text) = self.one("resumptionToken") {
            self.only(&["resumptionToken"])?;
            let resumed = token::read(text);
            let (selection, after) =
                resumed.ok_or_else(|| Refused::new("badResumptionToken", "no list of ours goes on so"))?;
            return Ok(Asked::List { whole, selection, after: Some(after) });
        }
        self.only(&["metadataPrefix", "from", "until", "set"])?;
        let form = form(self.required("metadataPrefix")?)?;
        let (from, until) = (self.day("from")?, self.day("until")?);
        if let (Some(from), Some(until)) = (from, until)
            && from > until
        {
            return Err(Refused::new("badArgument", "from is later than until"));
        }
        let selection = Selection { form, from, until, set: self.one("set").map(str::to_owned) };
        Ok(Asked::List { whole, selection, after: None })
    }

    /// Reads a day; one before all days that are counted is the first of them, one behind the last.
    fn day(&self, name: &str) -> Result<Option<ChangeDay>, Refused> {
        let Some(text) = self.one(name) else { return Ok(None) };
        let wrong = || Refused::new("badArgument", format!("{name}={text}: a day is written YYYY-MM-DD"));
        let day = Day::parse(text).ok_or_else(wrong)?;
        Ok(Some(ChangeDay::try_from(day.0).unwrap_or(ChangeDay::MAX)))
    }
}

fn form(prefix: &str) -> Result<Form, Refused> {
    let unknown =
        || Refused::new("cannotDisseminateFormat", format!("{prefix}: oai_dc and marcxml are given"));
    Form::of(prefix).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Asked, Refused> {
        Arguments::read(&Params::parse(query).unwrap()).unwrap().asked()
    }

    #[test]
    fn a_list_is_asked_by_its_arguments() {
        let Ok(Asked::List { whole: true, selection, after: None }) =
            asked("verb=ListRecords&metadataPrefix=marcxml&from=2026-01-02&set=abc")
        else {
            panic!("no list");
        };
        assert_eq!(selection.form, Form::MarcXml);
        assert_eq!(selection.from, Some(Day::parse("2026-01-02").unwrap().0 as u16));
        assert_eq!((selection.until, selection.set.as_deref()), (None, Some("abc")));
    }

    #[test]
    fn a_fault_has_the_code_of_the_protocol() {
        for (query, code) in [
            ("", "badVerb"),
            ("verb=Harvest", "badVerb"),
            ("verb=Identify&verb=Identify", "badVerb"),
            ("verb=Identify&set=a", "badArgument"),
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00Z", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=a&set=b", "badArgument"),
            ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
            ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
            ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
            ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
            ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ] {
            assert_eq!(asked(query).map_err(|refused| refused.code), Err(code), "{query}");
        }
    }
}
