using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Tests.Wire;

public sealed class PayloadTests
{
    private static readonly JsonSerializerOptions Reflection = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    public static TheoryData<string> Names => [.. Payload.Own().Select(payload => payload.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_payload_is_read_and_written_without_loss(string name)
    {
        var payload = Own(name);

        AssertLossless(payload, JsonSerializerOptions.Default);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_payload_survives_the_serializer_options_of_a_web_application(string name)
    {
        var payload = Own(name);

        AssertLossless(payload, Web);
        AssertLossless(payload, Reflection);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_payload_survives_a_serializer_context_of_somebody_else(string name)
    {
        var payload = Own(name);

        AssertLossless(payload, StrangersContext.Default.Options);
    }

    [Fact]
    public void The_payloads_hold_every_variant_of_every_family_of_sessions()
    {
        var read = Payload.Own().Select(payload => JsonSerializer.Deserialize(payload.Json, payload.Root)).ToArray();

        var seen = read.SelectMany(Variants.In).Select(value => value.GetType()).ToHashSet();

        Variants.Known.Except(seen).Should().BeEmpty();
    }

    [Fact]
    public void Examples_named_by_the_environment_are_read_and_written_without_loss()
    {
        var examples = Payload.Foreign().ToArray();
        Assert.SkipWhen(examples.Length == 0, "REALTIME_SDK_WIRE_EXAMPLES names no directory of examples.");

        foreach (var example in examples)
        {
            AssertLossless(example, JsonSerializerOptions.Default);
            AssertLossless(example, Web);
            AssertLossless(example, StrangersContext.Default.Options);
        }

        examples.Should().HaveCountGreaterThan(30);
    }

    private static Payload Own(string name) => Payload.Own().Single(payload => payload.Name == name);

    private static void AssertLossless(Payload payload, JsonSerializerOptions options)
    {
        var value = JsonSerializer.Deserialize(payload.Json, payload.Root, options);
        var written = JsonSerializer.SerializeToNode(value, payload.Root, options);

        WireComparison.IsWrittenBack(written, JsonNode.Parse(payload.Json)).Should().BeTrue($"{payload} was {payload.Json} and is {written?.ToJsonString()}");
        Payload.Unknowns(value).Should().BeEmpty(payload.ToString());
    }
}
