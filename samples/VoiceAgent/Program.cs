using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync(new() { Model = new() { Pace = EmulatorPace.Service } }) : null;
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new()
    {
        Model = "gpt-realtime-2.1",
        Instructions = "You are a waiter. Answer the guest. Be brief.",
        Audio = new()
        {
            Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } },
            Output = new() { Voice = Voice.Marin },
        },
    },
};

// The loudspeaker: raw audio at playback speed. A device that reads a stream takes the same, for example the standard input of aplay.
await using var recording = File.Create("answers.pcm");
await using var speaker = AudioPlayer.ToStream(recording);
await using var microphone = await WavReader.OpenAsync(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "question.wav")));
using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));

await using var conversation = await client.StartConversationAsync(waiter, new() { Player = speaker }, timeout.Token);
var script = TalkAsync();
await foreach (var update in conversation.ReadUpdatesAsync(timeout.Token))
{
    var line = update switch
    {
        TurnUpdate { Turn: { IsComplete: true } turn } => $"{turn.Role}: {turn.HeardText}{(turn.WasInterrupted ? " …" : "")}",
        WarningUpdate warning => $"! {warning.Message}",
        EndUpdate { End: var end } => $"The conversation has ended: {end.Reason}. {end.Message}",
        _ => null,
    };
    if (line is not null)
        Console.WriteLine(line);
}
await script;
Console.WriteLine($"It used {conversation.Usage.TotalTokens} tokens. The agent's audio is in answers.pcm.");

// The agent greets the guest, the guest asks a question and hears the answer, and the agent says goodbye.
async Task TalkAsync()
{
    await conversation.Respond("Greet the guest.").Heard.WaitAsync(timeout.Token);
    var answered = conversation.ReadUpdatesAsync(timeout.Token).FirstAsync(
        update => update is TurnUpdate { Turn: { IsComplete: true, Role: TurnRole.Agent } } or EndUpdate, timeout.Token);
    await conversation.ListenAsync(AudioSource.FromWav(microphone), timeout.Token);
    await answered;
    await conversation.EndAsync("Say goodbye.", timeout.Token);
}
