//! Rules for what is kept: buckets, the table, the secret.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rule::{Rule, each, unless};
use crate::stacks::{Resource, Stacks, contains, is_kept, list, texts};

const BUCKET: &str = "AWS::S3::Bucket";
const TABLE: &str = "AWS::DynamoDB::Table";

pub(super) const RULES: &[Rule] = &[
    ("site-private", "static files are read through the distribution alone", |s| {
        private(s, "edge", "SiteBucket")
    }),
    ("incoming-private", "what librarians send is private", |s| private(s, "data", "Incoming")),
    ("logs-private", "so are access logs", |s| private(s, "edge", "AccessLogs")),
    ("releases-private", "and the functions' zips", |s| private(s, "base", "ReleaseBucket")),
    ("origin-access", "CloudFront signs what it asks the bucket for", |s| {
        let signed = |o: &Value| o["OriginAccessControlId"] == json!({"Fn::GetAtt": ["SiteAccess", "Id"]});
        let origins = list(&s.distribution()["Origins"]).iter();
        let unsigned = origins.filter(|origin| !signed(origin));
        let mut found: Vec<_> =
            unsigned.map(|origin| format!("{} is asked unsigned", origin["Id"])).collect();
        found.extend(each(
            s,
            "AWS::CloudFront::OriginAccessControl",
            |access| {
                let config = access.at("/OriginAccessControlConfig");
                config["SigningBehavior"] == "always" && config["SigningProtocol"] == "sigv4"
            },
            "does not always sign",
        ));
        found
    }),
    ("own-distribution", "of all distributions ours alone reads the bucket", |s| {
        let reads = s.allowed().into_iter().filter(|(place, _)| place == "edge.SiteBucketPolicy");
        let ours = |one: &Value| {
            one["Principal"] == json!({"Service": "cloudfront.amazonaws.com"})
                && one["Action"] == "s3:GetObject"
                && texts(&one["Condition"]["StringEquals"]["AWS:SourceArn"])
                    .iter()
                    .any(|arn| arn.ends_with(":distribution/${Distribution}"))
        };
        reads.filter(|(_, one)| !ours(one)).map(|(place, one)| format!("{place}: {one}")).collect()
    }),
    ("no-stranger", "no policy allows everybody anything", |s| {
        let open = |one: &Value| one["Principal"] == "*" || contains(&one["Principal"], "\"*\"");
        s.allowed().into_iter().filter(|(_, one)| open(one)).map(|(place, _)| place).collect()
    }),
    ("buckets-want-tls", "every bucket refuses plain HTTP", |s| {
        each(
            s,
            "AWS::S3::BucketPolicy",
            |policy| {
                let statements = list(policy.at("/PolicyDocument/Statement")).iter();
                statements.clone().any(|one| {
                    one["Effect"] == "Deny"
                        && contains(&one["Condition"], "\"aws:SecureTransport\":\"false\"")
                })
            },
            "does not",
        )
    }),
    ("incoming-versioned", "a file sent by mistake can be had back", |s| {
        let bucket = &s.stack("data")["Resources"]["Incoming"]["Properties"];
        unless(bucket["VersioningConfiguration"]["Status"] == "Enabled", "data.Incoming keeps no versions")
    }),
    ("incoming-ends", "what was sent goes in time", |s| {
        let rules =
            &s.stack("data")["Resources"]["Incoming"]["Properties"]["LifecycleConfiguration"]["Rules"];
        let ends = list(rules).iter().any(|r| {
            r["Status"] == "Enabled"
                && !r["ExpirationInDays"].is_null()
                && !r["NoncurrentVersionExpiration"].is_null()
        });
        unless(ends, "data.Incoming keeps for ever")
    }),
    ("upload-rebuilds", "an upload starts the rebuild", |s| {
        let data = &s.stack("data")["Resources"];
        let tells = data["Incoming"]
            .pointer("/Properties/NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled");
        let rule = &data["RebuildRule"]["Properties"];
        let pattern = &rule["EventPattern"];
        let event = pattern["detail-type"] == json!(["Object Created"])
            && pattern["detail"]["object"]["key"] == json!(["uploads/ready"])
            && pattern["detail"]["bucket"]["name"] == json!([{"Ref": "Incoming"}]);
        let target = &rule["Targets"][0];
        let called = target["Arn"] == json!({"Fn::GetAtt": ["RebuildDestination", "Arn"]})
            && contains(&target["Input"], "catalogue-uploaded");
        unless(tells == Some(&json!(true)) && event && called, "it does not")
    }),
    (
        "notices-alone",
        "of what lies in the incoming bucket the workflow changes the notices to senders, and nothing else",
        |s| {
            let incoming: Vec<&Value> = (s.allowed().into_iter())
                .filter(|(place, one)| {
                    place == "base.DeployRole" && contains(&one["Resource"], "-data-incoming-")
                })
                .map(|(_, one)| one)
                .collect();
            let changes = |one: &&Value| {
                texts(&one["Action"])
                    .iter()
                    .any(|action| !["s3:GetObject", "s3:ListBucket"].contains(&action.as_str()))
            };
            let place = "arn:${AWS::Partition}:s3:::${Prefix}-data-incoming-*/uploads/reports/*";
            let notices = |one: &&Value| {
                texts(&one["Resource"]) == [place]
                    && texts(&one["Action"]) == ["s3:GetObject", "s3:PutObject"]
            };
            let changing: Vec<&Value> = incoming.into_iter().filter(changes).collect();
            unless(
                changing.len() == 1 && changing.iter().all(notices),
                "base.DeployRole changes more, or not these",
            )
        },
    ),
    ("table-ends", "choices go in time", |s| {
        let ttl = json!({"AttributeName": "expires_at", "Enabled": true});
        each(s, TABLE, |table| *table.at("/TimeToLiveSpecification") == ttl, "keeps for ever")
    }),
    ("table-recovers", "the table can be had back as of any second", |s| {
        let on = "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled";
        each(s, TABLE, |table| *table.at(on) == json!(true), "cannot")
    }),
    ("table-protected", "nobody deletes it by a slip", |s| {
        each(s, TABLE, |table| *table.at("/DeletionProtectionEnabled") == json!(true), "can be deleted")
    }),
    ("stacks-leave-data", "data stay when a stack goes", |s| {
        let mut found = each(s, TABLE, is_kept, "goes with its stack");
        found.extend(each(s, BUCKET, is_kept, "goes with its stack"));
        found.extend(each(s, "AWS::SecretsManager::Secret", is_kept, "goes with its stack"));
        found
    }),
    ("kept-by-name", "what is kept and has a name goes when its own creation is rolled back", |s| {
        // Else the second try meets the name.
        let named = |one: &Resource<'_>| {
            let kind = one.kind().rsplit("::").next().unwrap_or_default();
            ["Name".to_owned(), format!("{kind}Name")]
                .iter()
                .any(|name| !one.at(&format!("/{name}")).is_null())
        };
        let stuck = s.resources().filter(|one| one.whole["DeletionPolicy"] == "Retain" && named(one));
        stuck.map(|one| format!("{}.{} is in the way of a second try", one.stack, one.id)).collect()
    }),
    (
        "protected-last",
        "nothing is made after what is protected from deletion, and so from a rollback",
        |s| {
            let mut found = Vec::new();
            for table in s.resources().filter(|one| *one.at("/DeletionProtectionEnabled") == json!(true)) {
                let template = s.stack(table.stack);
                let before = before(template, table.id);
                let ids = template["Resources"].as_object().into_iter().flatten().map(|(id, _)| id.as_str());
                let after = ids.filter(|id| *id != table.id && !before.contains(*id));
                found.extend(
                    after.map(|id| format!("{}.{id} may fail when {} is there", table.stack, table.id)),
                );
            }
            found
        },
    ),
    ("table-has-a-ceiling", "on demand, and not without end", |s| {
        each(
            s,
            TABLE,
            |table| {
                let most = table.at("/OnDemandThroughput");
                *table.at("/BillingMode") == json!("PAY_PER_REQUEST")
                    && !most["MaxWriteRequestUnits"].is_null()
                    && !most["MaxReadRequestUnits"].is_null()
            },
            "has none",
        )
    }),
    ("table-keys", "a choice is one item however often it is sent", |s| {
        let keys = json!([
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "query_book", "KeyType": "RANGE"},
        ]);
        each(s, TABLE, |table| *table.at("/KeySchema") == keys, "has other keys")
    }),
];

/// The resources of a template that are made before one: those it depends on or names, and those before these.
fn before<'a>(template: &'a Value, id: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let mut resource = template["Resources"][id].clone();
        let depends = texts(&resource["DependsOn"]);
        resource["DependsOn"] = Value::Null;
        let text = resource.to_string();
        for (other, _) in template["Resources"].as_object().into_iter().flatten() {
            let names = [
                format!("\"Ref\":\"{other}\""),
                format!("\"Fn::GetAtt\":[\"{other}\""),
                format!("${{{other}}}"),
            ];
            let named =
                names.iter().any(|name| text.contains(name)) || text.contains(&format!("${{{other}."));
            if other != id && (named || depends.contains(other)) && found.insert(other.as_str()) {
                open.push(other);
            }
        }
    }
    found
}

/// A bucket that only its own policies open.
pub(super) fn private(stacks: &Stacks, stack: &str, id: &str) -> Vec<String> {
    let bucket = &stacks.stack(stack)["Resources"][id]["Properties"];
    let blocks = &bucket["PublicAccessBlockConfiguration"];
    let shut = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
        .iter()
        .all(|block| blocks[*block] == true);
    let owned = contains(&bucket["OwnershipControls"], "BucketOwnerEnforced");
    let plain =
        ["AccessControl", "WebsiteConfiguration", "CorsConfiguration"].iter().all(|p| bucket[*p].is_null());
    unless(shut && owned && plain, format!("{stack}.{id} can be opened"))
}
