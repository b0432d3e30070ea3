using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>Readers expect options of a host to reload. Ours do not, and the documentation says so and names what to use for a key that changes.</summary>
public sealed class ReloadConventions
{
    private static readonly XElement[] Members =
        [.. XDocument.Load(Path.ChangeExtension(typeof(RealtimeClientOptions).Assembly.Location, ".xml")).Descendants("member")];

    [Theory]
    [InlineData($"T:Realtime.Sdk.{nameof(RealtimeClientOptions)}", "not reloaded")]
    [InlineData($"T:Realtime.Sdk.{nameof(RealtimeConnectionOptions)}", "later changes have no effect")]
    [InlineData($"P:Realtime.Sdk.{nameof(RealtimeClientOptions)}.{nameof(RealtimeClientOptions.ApiKey)}", "cannot be changed")]
    public void Options_that_do_not_reload_say_so_and_point_to_the_credential(string member, string words)
    {
        var docs = Members.Single(found => (string?)found.Attribute("name") == member);

        Text(docs).Should().Contain(words);
        Credentials(docs).Should().NotBeEmpty();
    }

    [Fact]
    public void Every_way_to_add_a_client_says_when_its_options_are_read_and_points_to_the_credential()
    {
        var ways = Members
            .Where(member => ((string?)member.Attribute("name"))!.StartsWith($"M:{typeof(RealtimeServiceCollectionExtensions).FullName}.{nameof(RealtimeServiceCollectionExtensions.AddRealtimeClient)}(", StringComparison.Ordinal))
            .Select(member => member.Elements("param").Last())
            .ToArray();

        ways.Should().HaveCount(4);
        ways.Should().OnlyContain(source => Text(source).Contains("once, when the host starts", StringComparison.Ordinal) && Credentials(source).Any());
    }

    private static string Text(XElement docs) => string.Join(' ', docs.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<XElement> Credentials(XElement docs) =>
        docs.Descendants("see").Where(see => (string?)see.Attribute("cref") == $"P:Realtime.Sdk.{nameof(RealtimeClientOptions)}.{nameof(RealtimeClientOptions.Credential)}");
}
