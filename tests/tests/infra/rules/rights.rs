//! The rights with which the workflow's role has `CloudFormation` change the edge stack: all that the changes take, and no other.

use std::collections::BTreeSet;

use serde_json::json;

use super::rule::{Rule, unless};
use crate::stacks::{Stacks, texts};

/// The tag that names the one distribution. `CloudFront`'s resource type `distribution` takes `aws:ResourceTag` as a condition:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html>.
const TAG: &str = "aws:ResourceTag/seoga";

/// Calls of a type's provider, each with the property of the type without which it is not made.
type Calls = &'static [(&'static str, Option<&'static str>)];

/// Types that the workflow changes, each with the permissions of the handlers `read` and `update` in its resource provider's
/// schema, of a version `read` and `create`. Schemas by `aws cloudformation describe-type --type RESOURCE --type-name NAME`;
/// read in the copies of github.com/pulumi/pulumi-aws-native, aws-cloudformation-schema, 2026-11.
const CHANGED: [(&str, Calls); 3] = [
    (
        "AWS::Lambda::Function",
        &[
            ("ec2:DescribeSecurityGroups", Some("VpcConfig")),
            ("ec2:DescribeSubnets", Some("VpcConfig")),
            ("ec2:DescribeVpcs", Some("VpcConfig")),
            ("elasticfilesystem:DescribeMountTargets", Some("FileSystemConfigs")),
            ("iam:PassRole", None),
            ("kms:CreateGrant", Some("KmsKeyArn")),
            ("kms:Decrypt", Some("KmsKeyArn")),
            ("kms:GenerateDataKey", Some("KmsKeyArn")),
            ("lambda:DeleteFunctionCodeSigningConfig", Some("CodeSigningConfigArn")),
            ("lambda:DeleteFunctionConcurrency", Some("ReservedConcurrentExecutions")),
            ("lambda:GetCodeSigningConfig", Some("CodeSigningConfigArn")),
            ("lambda:GetFunction", None),
            ("lambda:GetFunctionCodeSigningConfig", None),
            ("lambda:GetRuntimeManagementConfig", None),
            ("lambda:ListTags", None),
            ("lambda:PutFunctionCodeSigningConfig", Some("CodeSigningConfigArn")),
            ("lambda:PutFunctionConcurrency", Some("ReservedConcurrentExecutions")),
            ("lambda:PutRuntimeManagementConfig", Some("RuntimeManagementConfig")),
            ("lambda:TagResource", None),
            ("lambda:UntagResource", None),
            ("lambda:UpdateFunctionCode", None),
            ("lambda:UpdateFunctionConfiguration", None),
            ("s3:GetObject", None),
            ("s3:GetObjectVersion", None),
        ],
    ),
    (
        "AWS::Lambda::Version",
        &[
            ("lambda:GetFunctionConfiguration", None),
            ("lambda:GetProvisionedConcurrencyConfig", None),
            ("lambda:GetRuntimeManagementConfig", None),
            ("lambda:ListVersionsByFunction", None),
            ("lambda:PublishVersion", None),
            ("lambda:PutProvisionedConcurrencyConfig", Some("ProvisionedConcurrencyConfig")),
            ("lambda:PutRuntimeManagementConfig", Some("RuntimePolicy")),
        ],
    ),
    (
        "AWS::CloudFront::Distribution",
        &[
            ("cloudfront:CreateConnectionGroup", Some("DistributionConfig/ConnectionMode")),
            ("cloudfront:GetConnectionGroup", Some("DistributionConfig/ConnectionMode")),
            ("cloudfront:GetDistribution", None),
            ("cloudfront:GetDistributionConfig", None),
            ("cloudfront:GetVpcOrigin", Some("DistributionConfig/Origins/0/VpcOriginConfig")),
            ("cloudfront:ListTagsForResource", None),
            ("cloudfront:TagResource", None),
            ("cloudfront:UntagResource", None),
            ("cloudfront:UpdateDistribution", None),
            ("cloudfront:UpdateDistributionWithStagingConfig", Some("DistributionConfig/Staging")),
        ],
    ),
];

/// Rights that naming a version in a distribution takes besides, and no longer naming one:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html>.
const ASSOCIATED: [&str; 2] = ["lambda:DisableReplication*", "lambda:EnableReplication*"];

/// Types that a person deploys: the role may not change them.
const A_PERSONS: [&str; 20] = [
    "AWS::Budgets::Budget",
    "AWS::CertificateManager::Certificate",
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Role",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::Route53::RecordSet",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::WAFv2::WebACL",
];

pub(super) const RULES: &[Rule] = &[
    (
        "changes-have-their-rights",
        "the changing role has what CloudFormation calls, no more",
        rights_of_changes,
    ),
    (
        "each-type-has-its-deployer",
        "every type of the edge stack is changed by the role or by a person",
        |s| {
            let edge = s.resources().filter(|resource| resource.stack == "edge");
            let known =
                |kind: &str| A_PERSONS.contains(&kind) || CHANGED.iter().any(|(name, _)| *name == kind);
            edge.filter(|one| !known(one.kind()))
                .map(|one| format!("edge.{} is a {}", one.id, one.kind()))
                .collect()
        },
    ),
    ("one-distribution", "the workflow's role changes the distribution that carries our tag", |s| {
        let ours = json!({"Ref": "Prefix"});
        let mut found = Vec::new();
        for (place, statement) in s.allowed() {
            let asks = texts(&statement["Action"]).iter().any(|action| action.starts_with("cloudfront:"));
            let bound = statement["Condition"]["StringEquals"][TAG] == ours;
            found.extend(unless(!asks || bound, format!("{place} reaches all of them")));
        }
        let tagged = &s.stack("edge")["Resources"]["Distribution"]["Properties"]["Tags"];
        found.extend(unless(
            *tagged == json!([{"Key": "seoga", "Value": ours}]),
            "edge.Distribution does not carry it",
        ));
        found
    }),
    (
        "changes-through-stacks",
        "what a change takes is granted to CloudFormation's calls alone, and no role is handed to it",
        |s| {
            let mut found = Vec::new();
            for (place, statement) in s.allowed() {
                let actions = texts(&statement["Action"]);
                let changes = actions.iter().any(|action| is_change(action));
                let through = statement["Condition"]["ForAnyValue:StringEquals"]["aws:CalledVia"]
                    == "cloudformation.amazonaws.com";
                found.extend(unless(!changes || through, format!("{place} may itself do {actions:?}")));
                let handed = texts(&statement["Condition"]["StringEquals"]["iam:PassedToService"]);
                // A stack keeps the role for whatever is done to it later.
                let kept = handed.iter().any(|service| service.starts_with("cloudformation."));
                found.extend(unless(!kept, format!("{place} hands a role to CloudFormation")));
            }
            found
        },
    ),
    ("roles-for-lambda", "a role is passed by name, to the one service that takes it", |s| {
        let passes = s
            .allowed()
            .into_iter()
            .filter(|(_, one)| texts(&one["Action"]).contains(&"iam:PassRole".to_owned()));
        let bound = |statement: &serde_json::Value| {
            let to = texts(&statement["Condition"]["StringEquals"]["iam:PassedToService"]);
            to.len() == 1 && texts(&statement["Resource"]).iter().all(|role| !role.contains('*'))
        };
        passes.filter(|(_, one)| !bound(one)).map(|(place, _)| format!("{place} passes any")).collect()
    }),
];

fn rights_of_changes(stacks: &Stacks) -> Vec<String> {
    let mut wanted: BTreeSet<&str> = ASSOCIATED.into_iter().collect();
    for (kind, calls) in CHANGED {
        let has = |property: &str| stacks.of(kind).any(|one| !one.at(&format!("/{property}")).is_null());
        let called = calls.iter().filter(|(_, property)| property.is_none_or(has));
        wanted.extend(called.map(|(action, _)| *action));
    }
    let role = stacks.allowed().into_iter().filter(|(place, _)| place == "base.DeployRole");
    let given: BTreeSet<String> = role.flat_map(|(_, statement)| texts(&statement["Action"])).collect();
    let lacks =
        wanted.iter().filter(|action| !given.contains(**action)).map(|action| format!("it lacks {action}"));
    let more = given.iter().filter(|action| is_change(action) && !wanted.contains(action.as_str()));
    lacks.chain(more.map(|action| format!("it has {action}"))).collect()
}

/// Whether an action belongs to a service of which `CloudFormation` changes something; files, the stack itself and what caches
/// are to forget are the workflow's own.
fn is_change(action: &str) -> bool {
    let own = action == "cloudfront:CreateInvalidation";
    ["lambda:", "cloudfront:"].iter().any(|service| action.starts_with(service)) && !own
}
