//! An operator's settings of a deployment to AWS: regions, and values for the templates' parameters.
//!
//! ```text
//! prefix = "seoga"                # begins every name; the same in all stacks
//! home = "ap-northeast-2"         # where choices are kept
//! log_regions = ["us-east-1", "ap-northeast-2", "ap-northeast-1"]
//! [edge]                          # parameters of infra/aws/edge.yaml; [base], [data], [region] likewise
//! Domain = "books.example.org"
//! [analysis]                      # where it stands, empty or not, the stack of infra/aws/analysis.yaml is deployed too
//! ```
//! Whether a value is right, `CloudFormation` says. Invariant: no secret is in it, and a parameter that no template has is
//! refused before anything is changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use seoga_host::files;

/// Where the distribution and everything of it must be.
pub(super) const EDGE_REGION: &str = "us-east-1";

/// The stacks' templates.
const TEMPLATES: [(&str, &str); 5] = [
    ("base", include_str!("../../../infra/aws/base.yaml")),
    ("data", include_str!("../../../infra/aws/data.yaml")),
    ("region", include_str!("../../../infra/aws/region.yaml")),
    ("edge", include_str!("../../../infra/aws/edge.yaml")),
    ("analysis", include_str!("../../../infra/aws/analysis.yaml")),
];

/// The settings, with defaults for all.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(super) prefix: String,
    pub(super) home: String,
    pub(super) log_regions: Vec<String>,
    base: BTreeMap<String, Value>,
    data: BTreeMap<String, Value>,
    region: BTreeMap<String, Value>,
    edge: BTreeMap<String, Value>,
    /// `None` where nobody wants the stack.
    analysis: Option<BTreeMap<String, Value>>,
}

/// A parameter's value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i64),
    Text(String),
}

impl Value {
    /// `Name=value`.
    fn of(&self, name: &str) -> String {
        match self {
            Self::Number(number) => format!("{name}={number}"),
            Self::Text(text) => format!("{name}={text}"),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: "seoga".to_owned(),
            home: "ap-northeast-2".to_owned(),
            log_regions: [EDGE_REGION, "ap-northeast-2", "ap-northeast-1"].map(str::to_owned).to_vec(),
            base: BTreeMap::new(),
            data: BTreeMap::new(),
            region: BTreeMap::new(),
            edge: BTreeMap::new(),
            analysis: None,
        }
    }
}

impl Settings {
    /// Reads a file, by default `infra/aws/settings.toml`; without that, takes the defaults.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self> {
        let own = Path::new("infra/aws/settings.toml");
        let Some(file) = file.or_else(|| own.exists().then_some(own)) else { return Ok(Self::default()) };
        let settings: Self = toml::from_str(&files::read_text(file)?)
            .with_context(|| format!("{} does not read", file.display()))?;
        for (stack, template) in TEMPLATES {
            for name in settings.given(stack).into_iter().flat_map(BTreeMap::keys) {
                let known = template.contains(&format!("\n  {name}:\n    Type: String\n"))
                    || template.contains(&format!("\n  {name}:\n    Type: Number\n"));
                ensure!(known, "{}: infra/aws/{stack}.yaml has no parameter {name}", file.display());
            }
        }
        Ok(settings)
    }

    /// The region where choices are kept.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// The values given for a stack; `None` for a stack that is not wanted.
    fn given(&self, stack: &str) -> Option<&BTreeMap<String, Value>> {
        match stack {
            "base" => Some(&self.base),
            "data" => Some(&self.data),
            "region" => Some(&self.region),
            "analysis" => self.analysis.as_ref(),
            _ => Some(&self.edge),
        }
    }

    /// Whether a stack is wanted.
    pub(super) fn wants(&self, stack: &str) -> bool {
        self.given(stack).is_some()
    }

    /// `ChoiceDays=…` where the edge stack has it set and this one does not: exports end with choices.
    pub(super) fn choice_days(&self) -> Vec<String> {
        const NAME: &str = "ChoiceDays";
        let own = self.analysis.as_ref().is_some_and(|given| given.contains_key(NAME));
        self.edge.get(NAME).filter(|_| !own).map(|days| days.of(NAME)).into_iter().collect()
    }

    /// `Name=value` for each parameter given of a stack.
    pub(super) fn overrides(&self, stack: &str) -> Vec<String> {
        let given = self.given(stack).into_iter().flatten().map(|(name, value)| value.of(name));
        std::iter::once(format!("Prefix={}", self.prefix)).chain(given).collect()
    }

    /// The full name of a stack.
    pub(super) fn stack(&self, stack: &str) -> String {
        format!("{}-{}", self.prefix, if stack == "region" { "logs" } else { stack })
    }
}

/// Lays the templates out in a folder, where the aws program reads them; gives each stack's file.
pub(super) fn lay_out_templates(folder: &Path) -> Result<BTreeMap<&'static str, PathBuf>> {
    files::make_dir(folder)?;
    let lay_out = |(stack, text): (&'static str, &str)| {
        let file = folder.join(stack).with_extension("yaml");
        files::write(&file, text).map(|()| (stack, file))
    };
    TEMPLATES.into_iter().map(lay_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_reads_and_a_parameter_that_is_none_is_refused() {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/aws/settings.example.toml");
        let settings = Settings::read(Some(&example)).unwrap();
        assert!(settings.overrides("edge").contains(&"Domain=books.example.org".to_owned()));
        assert!(settings.overrides("edge").contains(&"BudgetDollars=20".to_owned()));
        assert_eq!(settings.stack("region"), "seoga-logs");
        assert!(!settings.wants("analysis") && settings.wants("edge"));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.toml");
        for (text, days) in [
            ("[analysis]\n", &[][..]),
            ("[edge]\nChoiceDays = 90\n[analysis]\nResultDays = 2\n", &["ChoiceDays=90"]),
            ("[edge]\nChoiceDays = 90\n[analysis]\nChoiceDays = 30\n", &[]),
        ] {
            files::write(&file, text).unwrap();
            let settings = Settings::read(Some(&file)).unwrap();
            assert!(settings.wants("analysis"), "{text}");
            assert_eq!(settings.choice_days(), days, "{text}");
        }
        for wrong in [
            "[edge]\nDomian = \"a\"\n",
            "hone = \"x\"\n",
            "[data]\nDomain = \"a\"\n",
            "[analysis]\nScan = 1\n",
        ] {
            files::write(&file, wrong).unwrap();
            assert!(Settings::read(Some(&file)).is_err(), "{wrong}");
        }
    }
}
