using System.Text.Json.Nodes;
using Realtime.Sdk;

/// <summary>A turn in text and a turn in speech: each answer is shown as it arrives, and each function call is answered.</summary>
internal sealed class Turns(RealtimeConnection connection, CancellationToken cancellationToken)
{
    private bool _hasSpoken;
    private string _end = "the server closed it";

    /// <summary>Takes both turns and returns the reason why the session ended.</summary>
    public async Task<string> RunAsync()
    {
        await using var file = File.Create("answer.wav");
        await using var answer = new WavWriter(file, SampleFormat.Pcm());
        await WriteAsync("Say hello in one short sentence.");
        await foreach (var received in connection.ReadEventsAsync(cancellationToken))
        {
            if (received is ResponseOutputTextDeltaEvent text)
                Console.Write(text.Delta);
            else if (received is ResponseOutputAudioTranscriptDeltaEvent transcript)
                Console.Write(transcript.Delta);
            else if (received is ResponseOutputAudioDeltaEvent audio)
                await answer.WriteAsync(audio.Delta, cancellationToken);
            else if (received is ResponseDoneEvent done)
                await HandleResponseAsync(done.Response);
            else if (received is ErrorEvent error)
                await EndAsync(error.Error.Message ?? "an error");
        }
        Console.WriteLine($"The spoken answer: {answer.Duration.TotalSeconds:0.0} s in {file.Name}");
        return _end;
    }

    private async Task HandleResponseAsync(RealtimeResponse response)
    {
        var calls = response.GetFunctionCalls();
        foreach (var call in calls)
        {
            Console.Write($"{call.Name} {call.Arguments}");
            await connection.SendToolOutputAsync(call.CallId!, $"Sunny, 21 °C in {JsonNode.Parse(call.Arguments)?["city"]}.", cancellationToken);
        }
        var (usage, details) = (response.Usage, response.Usage?.OutputTokenDetails);
        Console.WriteLine($"\n  {response.Status}, tokens: {usage?.InputTokens} in, {details?.TextTokens} out as text, {details?.AudioTokens} as audio\n");

        if (response.StatusDetails?.Error is { } failure)
            await EndAsync(failure.Message ?? "a failed response");
        else if (calls.Count > 0)
            await connection.CreateResponseAsync(cancellationToken: cancellationToken);
        else if (!_hasSpoken)
            await SpeakAsync();
        else
            await EndAsync("both turns are complete");
    }

    private async Task WriteAsync(string text)
    {
        Console.WriteLine($"> {text}");
        await connection.SendTextAsync(text, cancellationToken);
        await connection.CreateResponseAsync(new() { OutputModalities = [OutputModality.Text] }, cancellationToken);
    }

    // Two seconds of silence: turn detection ends the turn, and the server answers.
    private async Task SpeakAsync()
    {
        _hasSpoken = true;
        Console.WriteLine("> (question.wav) What is the weather like in Lisbon today?");
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "question.wav"));
        await using var question = await WavReader.OpenAsync(file, cancellationToken);
        await connection.AppendAudioAsync(await question.ReadToEndAsync(cancellationToken), cancellationToken);
        await connection.AppendAudioAsync(new byte[2 * question.Format.BytesPerSecond], cancellationToken);
    }

    private Task EndAsync(string reason)
    {
        _end = reason;
        return connection.CloseAsync(cancellationToken);
    }
}
