using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class IdlenessTests
{
    [Fact]
    public async Task An_emulator_whose_scripts_wait_for_the_client_or_for_time_is_idle()
    {
        var time = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        var steps = new List<string>();
        emulator.OnConnect(async session =>
        {
            await session.ExpectAsync<InputAudioBufferCommitEvent>();
            steps.Add("expected");
            await session.DelayAsync(TimeSpan.FromSeconds(5));
            steps.Add("waited");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();
        await caller.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await session.WhenReceivedAsync<InputAudioBufferCommitEvent>();
        await emulator.WhenIdleAsync().WithTimeout();
        var before = steps.ToArray();

        time.Advance(TimeSpan.FromSeconds(5));
        await emulator.WhenIdleAsync().WithTimeout();

        before.Should().Equal("expected");
        steps.Should().Equal("expected", "waited");
    }

    [Fact]
    public async Task An_emulator_whose_script_works_is_not_idle()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var working = new TaskCompletionSource();
        emulator.OnConnect(_ => working.Task);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await emulator.WhenConnectedAsync();

        var idle = emulator.WhenIdleAsync();
        var early = idle.IsCompleted;
        working.SetResult();

        early.Should().BeFalse();
        await idle.WithTimeout();
    }
}
