//! Evaluates the expressions of GitHub's workflows, as far as ours use them.
//!
//! Values are JSON; what a context lacks is null. Invariant: what is not known here is an error, never a value.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Number, Value};

/// The names that expressions may ask for, and whether a step failed before.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// `github`, `vars`, `secrets`, `inputs` and the others, by their names.
    pub(super) contexts: Value,
    pub(super) failed: bool,
}

impl Scope {
    /// Replaces each `${{ … }}` of a text; a text that is one expression alone keeps its type.
    pub(super) fn fill(&self, text: &str) -> Result<Value> {
        if let Some(inner) = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"))
            && !inner.contains("${{")
        {
            return self.evaluate(inner);
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (inner, after) = after.split_once("}}").context("an expression without an end")?;
            out.push_str(before);
            out.push_str(&words(&self.evaluate(inner)?));
            rest = after;
        }
        out.push_str(rest);
        Ok(Value::String(out))
    }

    /// Evaluates the condition of a job or a step; without a status function it also wants that nothing failed.
    pub(super) fn allows(&self, condition: Option<&str>) -> Result<bool> {
        let Some(condition) = condition else { return Ok(!self.failed) };
        let inner = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
        let asks =
            ["always()", "failure()", "cancelled()", "success()"].iter().any(|name| inner.contains(name));
        Ok((asks || !self.failed) && truth(&self.evaluate(inner)?))
    }

    /// Evaluates an expression without its braces.
    pub(super) fn evaluate(&self, expression: &str) -> Result<Value> {
        let mut parser = Parser { scope: self, rest: expression };
        let value = parser.either().with_context(|| format!("in the expression {}", expression.trim()))?;
        ensure!(parser.rest.trim().is_empty(), "{:?} is left of the expression {expression}", parser.rest);
        Ok(value)
    }
}

struct Parser<'a> {
    scope: &'a Scope,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn takes(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> Result<Value> {
        let mut value = self.both()?;
        while self.takes("||") {
            let other = self.both()?;
            value = if truth(&value) { value } else { other };
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<Value> {
        let mut value = self.compared()?;
        while self.takes("&&") {
            let other = self.compared()?;
            value = if truth(&value) { other } else { value };
        }
        Ok(value)
    }

    fn compared(&mut self) -> Result<Value> {
        let value = self.one()?;
        if self.takes("==") {
            return Ok(Value::Bool(same(&value, &self.one()?)));
        }
        if self.takes("!=") {
            return Ok(Value::Bool(!same(&value, &self.one()?)));
        }
        Ok(value)
    }

    fn one(&mut self) -> Result<Value> {
        if self.takes("!") {
            return Ok(Value::Bool(!truth(&self.one()?)));
        }
        if self.takes("(") {
            let value = self.either()?;
            ensure!(self.takes(")"), "a bracket is not closed");
            return Ok(value);
        }
        if self.takes("'") {
            let (text, rest) = self.rest.split_once('\'').context("a text without an end")?;
            self.rest = rest;
            return Ok(Value::String(text.to_owned()));
        }
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        ensure!(!name.is_empty(), "{rest:?} is not understood");
        if self.takes("(") {
            return self.call(name);
        }
        Ok(match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if name.parse::<i64>().is_ok() => Value::Number(name.parse()?),
            _ => self.look_up(name)?,
        })
    }

    fn call(&mut self, name: &str) -> Result<Value> {
        if self.takes(")") {
            return Ok(Value::Bool(match name {
                "always" => true,
                "cancelled" => false,
                "failure" => self.scope.failed,
                "success" => !self.scope.failed,
                _ => bail!("there is no function {name}()"),
            }));
        }
        let argument = self.either()?;
        ensure!(self.takes(")"), "{name} takes one value here");
        match name {
            "fromJSON" => Ok(serde_json::from_str(&words(&argument))?),
            _ => bail!("there is no function {name}"),
        }
    }

    /// Follows a path; a context that is not there at all is a mistake, anything below may be missing.
    fn look_up(&self, path: &str) -> Result<Value> {
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or_default();
        let context =
            self.scope.contexts.get(first).with_context(|| format!("there is no context {first}"))?;
        Ok(parts.fold(context.clone(), |value, part| value.get(part).cloned().unwrap_or(Value::Null)))
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// Compares as GitHub does: texts whatever their case; values of two types as numbers, of which null and the empty text are 0.
fn same(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Null => Some(0.0),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.is_empty() => Some(0.0),
        Value::String(text) => text.parse().ok(),
        Value::Array(_) | Value::Object(_) => None,
    };
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => number(one).is_some() && number(one) == number(other),
    }
}

/// Writes a value as it stands in a text.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => Number::to_string(number),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scope() -> Scope {
        let contexts = json!({"vars": {"A": "x"}, "matrix": {"target": "aws"}, "inputs": {"force": false}});
        Scope { contexts, failed: false }
    }

    #[test]
    fn values_are_those_of_github() {
        for (expression, expected) in [
            ("vars.A != ''", json!(true)),
            ("vars.B != ''", json!(false)),
            ("matrix.target == 'aws' && vars.A || vars.B", json!("x")),
            ("matrix.target == 'cloudflare' && vars.A || ''", json!("")),
            ("inputs.force && '--force' || ''", json!("")),
            ("inputs.none || false", json!(false)),
            ("!failure() && !cancelled()", json!(true)),
            ("(vars.B || vars.A) == 'X'", json!(true)),
            ("fromJSON('[\"a\"]')", json!(["a"])),
        ] {
            assert_eq!(scope().evaluate(expression).unwrap(), expected, "{expression}");
        }
        assert_eq!(scope().fill("a-${{ matrix.target }}-${{ vars.B }}").unwrap(), json!("a-aws-"));
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for expression in ["env.A", "vars.A ==", "vars.A = 'x'", "contains(vars.A)", "'x", "(vars.A"] {
            assert!(scope().evaluate(expression).is_err(), "{expression}");
        }
    }

    #[test]
    fn after_a_failure_only_what_asks_for_it_runs() {
        let failed = Scope { failed: true, ..scope() };
        assert!(!failed.allows(None).unwrap());
        assert!(!failed.allows(Some("vars.A != ''")).unwrap());
        assert!(failed.allows(Some("always() && vars.A != ''")).unwrap());
        assert!(!failed.allows(Some("${{ !failure() && !cancelled() }}")).unwrap());
    }
}
