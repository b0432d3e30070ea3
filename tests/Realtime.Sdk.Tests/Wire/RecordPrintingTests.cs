using System.Globalization;
using System.Reflection;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Serialization;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>What records print of themselves: every record of the wire, with JSON made up from its own declaration.</summary>
public sealed class RecordPrintingTests
{
    public static TheoryData<Type> Records => [.. SampleJson.Records];

    [Theory, MemberData(nameof(Records))]
    public void No_record_prints_the_name_of_a_collection(Type record)
    {
        var printed = WireFamilies.Reader(record)(SampleJson.Of(record).ToJsonString()).ToString();

        printed.Should().StartWith($"{record.Name} {{ ").And.NotContain("System.").And.NotContain("Realtime.Sdk.").And.NotContain("`");
    }

    [Theory, MemberData(nameof(Records))]
    public void A_record_prints_the_same_in_every_culture(Type record)
    {
        var read = WireFamilies.Reader(record)(SampleJson.Of(record).ToJsonString());
        var here = read.ToString();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Foreign();

            read.ToString().Should().Be(here);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>A culture that needs no data of the system: a comma in numbers, and bars in dates.</summary>
    private static CultureInfo Foreign()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.DateTimeFormat.DateSeparator = "|";
        return culture;
    }

    [Fact]
    public void A_list_shows_its_first_elements_and_how_many_there_are()
    {
        new McpToolFilter { ToolNames = ["a", "b"] }.ToString().Should().Be("McpToolFilter { ToolNames = [a, b], ReadOnly =  }");
        new McpToolFilter { ToolNames = [] }.ToString().Should().Contain("ToolNames = []");
        new McpToolFilter { ToolNames = ["a", "b", "c", "d", "e", "f", "g"] }.ToString().Should().Contain("ToolNames = [a, b, c, d, e, … 7 in all]");
    }

    [Fact]
    public void A_map_shows_its_first_entries_and_how_many_there_are()
    {
        var metadata = Enumerable.Range(1, 7).ToDictionary(i => $"k{i}", i => $"v{i}");

        new ResponseConfiguration { Metadata = metadata }.ToString().Should().Contain("Metadata = [k1 = v1, k2 = v2, k3 = v3, k4 = v4, k5 = v5, … 7 in all]");
    }

    [Fact]
    public void Numbers_and_times_are_printed_in_the_invariant_culture()
    {
        new ServerVad { Threshold = 0.25 }.ToString().Should().Contain("Threshold = 0.25");
        new RealtimeSession { ExpiresAt = DateTimeOffset.UnixEpoch }.ToString().Should().NotContain("1/1");
        new InputAudioPart { Audio = new byte[4800] }.ToString().Should().Contain("Audio = 4800 bytes");
    }

    [Fact]
    public void A_key_inside_a_list_is_masked()
    {
        new McpToolFilter { ToolNames = ["sk-canary-4711\n"] }.ToString().Should().NotContain("canary").And.NotContain("\n");
    }

    [Fact]
    public void A_value_with_a_name_prints_its_name()
    {
        Tracing.Off.ToString().Should().Be("Tracing.Off");
        var named = typeof(WireObject).Assembly.GetTypes().SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => property.IsDefined(typeof(WireValueAttribute)) && property.Name != "Missing").ToArray();

        named.Should().HaveCountGreaterThan(10);
        foreach (var property in named)
            property.GetValue(null)!.ToString().Should().Be($"{property.DeclaringType!.Name}.{property.Name}");
    }
}
