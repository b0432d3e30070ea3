using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>Of what this version does not know, records print types and sizes and nothing else.</summary>
public sealed class PrintingTests
{
    private const string Secrets = """
        "authorization":"Bearer canary","headers":{"X-Key":"canary"},"value":"ek_canary4711","canary":[{"text":"sk-canary-4711\u202e\n"}]
        """;

    private static readonly Type[] Unknowns = [.. typeof(WireObject).Assembly.GetTypes().Where(type => type.IsSealed && type.IsAssignableTo(typeof(IUnknownVariant)))];

    [Fact]
    public void An_unknown_variant_prints_its_type_and_size()
    {
        var json = JsonElement.Parse($$"""{"type":"new.kind",{{Secrets}}}""");
        var size = Encoding.UTF8.GetByteCount(json.GetRawText());

        Unknowns.Should().HaveCountGreaterThan(18);
        foreach (var unknown in Unknowns)
        {
            var type = unknown.GetProperty("Type") is null ? "" : "Type = new.kind, ";

            Made(unknown, "new.kind", json).ToString().Should().Be($"{unknown.Name} {{ {type}Size = {size} bytes }}");
        }
    }

    [Fact]
    public void A_type_that_holds_a_key_or_a_control_character_is_printed_without_it()
    {
        const string type = "sk-canary-4711\u202e\n";
        var json = JsonElement.Parse($$"""{"type":"sk-canary-4711\u202e\n"}""");

        foreach (var unknown in Unknowns)
            Made(unknown, type, json).ToString().Should().NotContain("canary").And.NotContain("\u202e").And.NotContain("\n");
        new ServerEventReader().Read("""{"type":"sk-canary-4711","x":"""u8).ToString().Should().NotContain("canary").And.Contain("Length = 29");
    }

    [Fact]
    public void What_has_no_JSON_has_no_size()
    {
        foreach (var unknown in Unknowns)
            Made(unknown, "", default).ToString().Should().Contain("Size = 0 bytes");
    }

    [Fact]
    public void No_family_prints_what_it_read_of_a_kind_it_does_not_know()
    {
        foreach (var family in WireFamilies.ByType)
        {
            foreach (var json in new[] { $$"""{"type":"new.kind",{{Secrets}}}""", $$"""{"type":7,{{Secrets}}}""", $$"""{{{Secrets}}}""" })
            {
                var printed = WireFamilies.Reader(family)(json).ToString();

                printed.Should().NotContain("canary", family.Name);
            }
        }
    }

    [Fact]
    public void No_record_prints_its_unknown_members()
    {
        foreach (var (family, record, type) in WireFamilies.Variants)
        {
            var read = WireFamilies.Reader(family)($$"""{"type":"{{type}}","later":{{{Secrets}}},"sk-canary":1{{WireFamilies.NeededBy(record)}}}""");

            read.AdditionalProperties.Should().HaveCount(2, type);
            read.ToString().Should().NotContain("canary").And.NotContain("later");
        }
    }

    [Fact]
    public void An_unknown_variant_inside_another_record_prints_no_more()
    {
        foreach (var (record, member, format, _) in WireFamilies.Places)
        {
            var inside = string.Format(null, format, $$"""{"type":"new.kind",{{Secrets}}}""");

            WireFamilies.Reader(record)($$"""{"{{member}}":{{inside}}}""").ToString().Should().NotContain("canary", record.Name);
        }
    }

    private static object Made(Type unknown, string type, JsonElement json) =>
        unknown.GetProperty("Type") is null ? Activator.CreateInstance(unknown, json)! : Activator.CreateInstance(unknown, type, json)!;
}
