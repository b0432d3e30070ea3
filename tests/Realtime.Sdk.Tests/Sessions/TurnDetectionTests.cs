using System.Text.Json;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class TurnDetectionTests
{
    [Fact]
    public void Disabled_turn_detection_is_sent_as_null()
    {
        JsonSerializer.Serialize(TurnDetection.Disabled).Should().Be("null");
    }
}
