namespace Realtime.Sdk.Testing.Internal;

/// <summary>Replaces audio of which only the size was recorded by silence of the same length, in the formats of the session.</summary>
internal sealed class OmittedAudio
{
    private const string Size = "omitted_bytes";
    private const int MaxBytes = 64 * 1024 * 1024;

    private byte _input;
    private byte _output;

    /// <summary>Learns the formats from a session that the server reports.</summary>
    public void UpdateFormats(JsonObject? session)
    {
        if (session is null)
            return;
        _input = GetSilence(session.Object("audio").Object("input").Object("format").Text("type") ?? session.Text("input_audio_format"), _input);
        _output = GetSilence(session.AudioOutput().Object("format").Text("type") ?? session.Text("output_audio_format"), _output);
    }

    /// <summary>Restores the audio in a message, in place, and returns the message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isFromUser">Whether its audio is the user's.</param>
    public JsonNode Restore(JsonNode message, bool isFromUser)
    {
        switch (message)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is JsonObject { Count: 1 } omitted && omitted.Number(Size) is >= 0 and <= MaxBytes and var bytes)
                        members[name] = CreateSilenceBase64((int)bytes, isFromUser || members.Text("type") == "input_audio" ? _input : _output);
                    else if (value is not null)
                        Restore(value, isFromUser);
                }
                break;
            case JsonArray elements:
                foreach (var element in elements.OfType<JsonNode>())
                    Restore(element, isFromUser);
                break;
            default:
                break;
        }
        return message;
    }

    private static string CreateSilenceBase64(int bytes, byte silence)
    {
        var audio = new byte[bytes];
        Array.Fill(audio, silence);
        return Convert.ToBase64String(audio);
    }

    private static byte GetSilence(string? format, byte current) => format switch
    {
        null => current,
        "audio/pcmu" or "g711_ulaw" => 0xFF,
        "audio/pcma" or "g711_alaw" => 0xD5,
        _ => 0,
    };
}
