using System.Text;
using Realtime.Sdk.Testing.Tests.Conversations;

namespace Realtime.Sdk.Testing.Tests.Recordings;

/// <summary>Outputs that are slow, that fail, or that hang.</summary>
public sealed class RecorderOutputTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes($$"""{"type":"x","text":"{{new string('a', 1000)}}"}""");

    [Fact]
    public async Task What_exceeds_the_limit_is_dropped_and_a_line_says_how_much()
    {
        var output = new TestOutput { Hangs = true };
        await using var recorder = new SessionRecorder(output, new() { MaxQueuedBytes = 4000 });
        recorder.RecordSent(Message);
        await output.Reached.WithTimeout();
        for (var i = 0; i < 10; i++)
            recorder.RecordSent(Message);
        recorder.DroppedLines.Should().Be(7);

        output.Release();
        await recorder.DisposeAsync().WithTimeout();

        output.Lines.Select(line => line["dropped"]?["lines"]?.GetValue<int>()).Should().Equal(null, null, null, null, 7);
        (recorder.DroppedLines, recorder.Failure).Should().Be((7, null));
        EmulatorRecording.Parse(output.Text).DroppedLines.Should().Be(7);
    }

    [Fact]
    public async Task After_an_exception_nothing_more_is_written()
    {
        var output = new TestOutput { Throws = new IOException("disk full") };
        await using var recorder = new SessionRecorder(output);
        recorder.RecordSent(Message);
        await output.Reached.WithTimeout();
        await recorder.DisposeAsync().WithTimeout();
        output.Throws = null;
        recorder.RecordSent(Message);

        recorder.Failure.Should().BeOfType<IOException>();
        output.Text.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_waits_for_an_output_that_hangs_only_for_a_limited_time(bool ignoresToken)
    {
        var output = new TestOutput { Hangs = true, IgnoresToken = ignoresToken };
        var recorder = new SessionRecorder(output, new() { DisposeTimeout = TimeSpan.FromMilliseconds(50) });
        recorder.RecordSent(Message);
        await output.Reached.WithTimeout();

        await recorder.DisposeAsync().WithTimeout();

        recorder.Failure.Should().BeOfType<TimeoutException>();
        output.Release();
    }

    [Fact]
    public async Task A_conversation_continues_when_its_recorder_fails_and_warns_once()
    {
        var output = new TestOutput { Throws = new IOException("disk full") };
        await using var recorder = new SessionRecorder(output);
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Recorder = recorder });

        var warning = await talk.Updates.WhenAsync<WarningUpdate>(update => update.Kind == WarningKind.Handler);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.")]);

        (await reply.Completion.WithTimeout()).Text.Should().Be("Hello.");
        warning.Message.Should().Be("The output of the recorder threw IOException, so the recording has stopped.");
        warning.Exception.Should().BeSameAs(recorder.Failure);
        talk.Updates.All.OfType<WarningUpdate>().Count(update => update.Kind == WarningKind.Handler).Should().Be(1);
    }

    [Fact]
    public async Task A_conversation_does_not_wait_for_a_recorder_that_hangs()
    {
        var output = new TestOutput { Hangs = true };
        var recorder = new SessionRecorder(output, new() { MaxQueuedBytes = 1000, DisposeTimeout = TimeSpan.FromMilliseconds(50) });
        await using (var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Recorder = recorder }))
        {
            await output.Reached.WithTimeout();
            var reply = talk.Conversation.Respond();
            await talk.WhenRequestedAsync();
            await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.")]);

            (await reply.Completion.WithTimeout()).Text.Should().Be("Hello.");
            (await talk.Updates.WhenAsync<WarningUpdate>(update => update.Kind == WarningKind.Handler)).Message.Should().Contain("too slow");
        }
        await recorder.DisposeAsync().WithTimeout();
        recorder.DroppedLines.Should().BePositive();
    }

    [Fact]
    public async Task Messages_of_many_threads_are_whole_lines()
    {
        var recorded = await TestOutput.RecordAsync(recorder => Parallel.For(0, 2000, i =>
        {
            if (i % 2 == 0)
                recorder.RecordSent(Message);
            else
                recorder.RecordReceived(Message);
        }));

        recorded.Lines.Should().HaveCount(2000);
        recorded.Lines.Select(line => line["at_ms"]!.GetValue<long>()).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task A_disposed_recorder_records_nothing()
    {
        var output = new TestOutput();
        var recorder = new SessionRecorder(output);
        await recorder.DisposeAsync().WithTimeout();
        await recorder.DisposeAsync().WithTimeout();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Recorder = recorder });

        recorder.RecordSent(Message);
        talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        FluentActions.Invoking(() => recorder.Record(talk.Conversation)).Should().Throw<ObjectDisposedException>();
        output.Text.Should().BeEmpty();
    }

    [Fact]
    public void Options_out_of_range_and_a_stream_that_cannot_be_written_are_refused()
    {
        FluentActions.Invoking(() => new SessionRecorder(Stream.Null, new() { MaxQueuedBytes = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SessionRecorder(Stream.Null, new() { DisposeTimeout = TimeSpan.Zero })).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SessionRecorder(new MemoryStream([], writable: false))).Should().Throw<ArgumentException>();
    }
}
