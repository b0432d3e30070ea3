using System.Text.Json;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>Strings of the API in objects of a program, which System.Text.Json reads and writes.</summary>
public sealed class WireStringConverterTests
{
    [Theory]
    [InlineData("\"high\"", "high")]
    [InlineData("\"later\"", "later")]
    [InlineData("null", "")]
    public void A_string_is_read_and_written_as_its_value(string json, string value)
    {
        var read = JsonSerializer.Deserialize<VadEagerness>(json);

        read.Value.Should().Be(value);
        JsonSerializer.Serialize(read).Should().Be($"\"{value}\"");
    }

    [Fact]
    public void Another_kind_of_value_is_refused() =>
        FluentActions.Invoking(() => JsonSerializer.Deserialize<VadEagerness>("1")).Should().Throw<JsonException>().WithMessage("A string was expected, not Number.*");
}
