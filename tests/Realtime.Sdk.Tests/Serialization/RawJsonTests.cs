using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Serialization;

public sealed class RawJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true]}""", """{ "b": [true], "a": 1.0 }""", true)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("10", "1e1", true)]
    [InlineData("-1", "-1.0", true)]
    [InlineData("true", "false", false)]
    [InlineData("{}", "[]", false)]
    [InlineData("", "null", false)]
    [InlineData("null", "", false)]
    [InlineData("", "", true)]
    public void Values_are_equal_if_their_json_is_equivalent(string one, string other, bool areEqual)
    {
        var (left, right) = (Keep(one), Keep(other));

        left.Equals(right).Should().Be(areEqual);
        left.Equals((object)right).Should().Be(areEqual);
        if (areEqual)
            left.GetHashCode().Should().Be(right.GetHashCode());
    }

    [Fact]
    public void A_value_does_not_equal_what_is_not_one()
    {
        Keep("1").Equals("1").Should().BeFalse();
        RawJson.From((JsonElement?)null).Should().BeNull();
    }

    private static RawJson Keep(string json) => RawJson.From(json.Length == 0 ? default : JsonElement.Parse(json));
}
