namespace Realtime.Sdk.Tests.Connections;

public sealed class RealtimeMessageTests
{
    [Fact]
    public void Messages_are_equal_if_they_are_the_same_memory_in_the_same_direction()
    {
        byte[] json = [.. "{}"u8];
        var received = new RealtimeMessage(json, MessageDirection.Received);
        var sent = new RealtimeMessage(json, MessageDirection.Sent);

        (received == new RealtimeMessage(json, MessageDirection.Received)).Should().BeTrue();
        received.GetHashCode().Should().Be(new RealtimeMessage(json, MessageDirection.Received).GetHashCode());
        (received != sent).Should().BeTrue();
        received.Equals((object)sent).Should().BeFalse();
        received.Equals("{}").Should().BeFalse();
        received.Equals(new RealtimeMessage("{}"u8.ToArray(), MessageDirection.Received)).Should().BeFalse("a copy is other memory");
    }
}
