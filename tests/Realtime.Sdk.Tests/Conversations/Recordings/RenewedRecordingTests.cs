using System.Text;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Conversations.Recordings;

/// <summary>A conversation that continues over another connection.</summary>
public sealed class RenewedRecordingTests
{
    private static readonly RealtimeAgent Agent = new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2" } };

    [Fact]
    public async Task The_next_connection_of_a_conversation_is_recorded_with_its_number()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        using var output = new MemoryStream();
        await using (var recorder = new SessionRecorder(output))
        {
            await using var next = await client.ConnectAsync("gpt-realtime-2").WithTimeout();
            await using var conversation = await client.StartConversationAsync(Agent, new() { Recorder = recorder }).WithTimeout();

            conversation.Engine.RecordConnected(next, RenewalReason.Scheduled);
            await next.SendAsync(new InputAudioBufferClearEvent()).WithTimeout();
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var renewed = lines.FindIndex(line => $"{line["decision"]?["type"]}" == "renewed");
        renewed.Should().BePositive();
        lines[renewed + 1]["opened"].Should().NotBeNull();
        lines[renewed + 1]["connection"]!.GetValue<int>().Should().Be(2);
        lines.Where(line => $"{line["connection"]}" == "2").Select(line => $"{line["event"]?["type"]}").Should().Contain("input_audio_buffer.clear");
    }

    [Fact]
    public async Task A_connection_that_is_recorded_since_it_was_opened_is_not_recorded_twice()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        using var output = new MemoryStream();
        await using (var recorder = new SessionRecorder(output))
        {
            await using var conversation = await client.StartConversationAsync(Agent, new() { Recorder = recorder }).WithTimeout();
            await using var next = await client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime-2", Tap = recorder.CreateTap(null) }).WithTimeout();

            conversation.Engine.RecordConnected(next, RenewalReason.Scheduled);
        }

        var text = Encoding.UTF8.GetString(output.ToArray());
        text.Should().NotContain("opened");
        text.Split("\"connection\":2,\"event\":{\"type\":\"session.created\"").Should().HaveCount(2);
    }
}
