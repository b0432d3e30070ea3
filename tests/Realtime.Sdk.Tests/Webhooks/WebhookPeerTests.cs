using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>
/// Deliveries with the verdicts of two other verifiers, npm standardwebhooks 1.1.1 and npm openai 7.57.0, which tests/Realtime.Sdk.Interop.Tests/npm/webhooks.test.mjs
/// has written.
/// </summary>
public sealed class WebhookPeerTests
{
    /// <summary>What both accept and this SDK does not: a text after a signature, an entry after the tenth, and IDs with a period.</summary>
    private static readonly string[] Stricter = ["with a comma behind it", "a comma between two", "the eleventh entry", "an ID with a period", "the body divided elsewhere"];

    private static readonly JsonNode[] Rows =
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Webhooks/Payloads/peers.json")))!.AsArray().Select(row => row!)];

    public static TheoryData<string> Names => [.. Rows.Select(row => (string)row["name"]!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_two_other_verifiers_accept_is_accepted_and_what_one_of_them_refuses_is_refused(string name)
    {
        var row = Rows.Single(row => (string)row["name"]! == name);
        var delivery = new Delivery(Encoding.UTF8.GetBytes((string)row["body"]!), (string)row["id"]!, (string)row["timestamp"]!, (string)row["signature"]!);

        var result = delivery.VerifiedBy(Delivery.Verifier((string)row["secret"]!));

        result.IsVerified.Should().Be((bool)row["standardwebhooks"]! && (bool)row["openai"]! && !Stricter.Contains(name));
    }

    [Fact]
    public void The_file_has_what_both_accept_and_this_SDK_does_not()
    {
        Rows.Where(row => (bool)row["standardwebhooks"]! && (bool)row["openai"]!).Select(row => (string)row["name"]!).Should().Contain(Stricter).And.HaveCountGreaterThan(Stricter.Length);
    }
}
