using System.Text;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk;

/// <summary>Prices by model, in any currency. The SDK contains no prices, because they change.</summary>
/// <example>
/// <code>
/// new PriceTable
/// {
///     Models = new Dictionary&lt;string, ModelPrices&gt;
///     {
///         ["gpt-realtime-2.1"] = new() { TextInput = 4m, AudioInput = 32m, CachedTextInput = 0.4m, CachedAudioInput = 0.4m, TextOutput = 16m, AudioOutput = 64m },
///         ["gpt-live-transcribe"] = new() { TranscriptionMinute = 0.006m },
///     },
/// }
/// </code>
/// </example>
public sealed record PriceTable
{
    /// <summary>
    /// The prices by the name of the model, on Azure also by the name of the deployment. Names are case-sensitive. A row is also used for the snapshots of its model: see
    /// <see cref="Find"/>. Transcription models have rows of their own. The default is empty.
    /// </summary>
    public IReadOnlyDictionary<string, ModelPrices> Models { get; init => field = value ?? Empty; } = Empty;

    /// <summary>
    /// Finds the prices of a model: the row with this name or, for a snapshot such as <c>gpt-realtime-2.1-2026-05-01</c>, the row with the longest name that the model's
    /// name continues with a hyphen, such as <c>gpt-realtime-2.1</c>.
    /// </summary>
    /// <param name="model">The name of the model, as it is requested or as the server reports it.</param>
    /// <returns>The prices; null if there is no such row.</returns>
    public ModelPrices? Find(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (string Name, ModelPrices? Prices) found = ("", null);
        foreach (var (name, prices) in Models)
        {
            if (string.Equals(name, model, StringComparison.Ordinal))
                return prices;
            if (name.Length > found.Name.Length && model.Length > name.Length && model[name.Length] == '-' && model.StartsWith(name, StringComparison.Ordinal))
                found = (name, prices);
        }
        return found.Prices;
    }

    /// <summary>
    /// Reads prices from a configuration section whose keys are the names of models, each with members of <see cref="ModelPrices"/>:
    /// <c>"Prices": { "gpt-realtime-2.1": { "TextInput": 4, "AudioOutput": 64 } }</c>. Numbers use a point as the decimal separator.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <exception cref="ArgumentException">The section is empty, or contains unknown members or values that are not numbers; the message lists all of them.</exception>
    public static PriceTable FromConfiguration(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return PriceTableReader.Read(section);
    }

    /// <summary>Returns the number of models as text.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(PriceTable), PrintMembers);

    /// <summary>Returns whether both have the same prices for the same models.</summary>
    public bool Equals(PriceTable? other) => other is not null && Models.Count == other.Models.Count
        && Models.All(row => other.Models.TryGetValue(row.Key, out var prices) && Equals(row.Value, prices));

    /// <inheritdoc/>
    public override int GetHashCode() => Models.Count;

    /// <summary>Returns a copy that later changes of the app's dictionary do not affect.</summary>
    internal PriceTable Copy() => this with { Models = new Dictionary<string, ModelPrices>(Models, StringComparer.Ordinal) };

    private static IReadOnlyDictionary<string, ModelPrices> Empty { get; } = new Dictionary<string, ModelPrices>(0);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(Models)).Append(" = ").Append(Models.Count);
        return true;
    }
}

/// <summary>
/// The prices of one model in the currency of the app, for a million tokens each. Each is at least 0 and at most a billion. Null, the default, means that the price is
/// not known: usage of that kind has no cost, and is reported in a warning. Set 0 for what is free.
/// </summary>
public sealed record ModelPrices
{
    /// <summary>The price of text input; for a transcription model, of its prompt.</summary>
    public decimal? TextInput { get; init; }

    /// <summary>The price of audio input; for a transcription model, of the transcribed audio.</summary>
    public decimal? AudioInput { get; init; }

    /// <summary>The price of image input.</summary>
    public decimal? ImageInput { get; init; }

    /// <summary>The price of text input from the cache. Null, the default, is that of <see cref="TextInput"/>.</summary>
    public decimal? CachedTextInput { get; init; }

    /// <summary>The price of audio input from the cache. Null, the default, is that of <see cref="AudioInput"/>.</summary>
    public decimal? CachedAudioInput { get; init; }

    /// <summary>The price of image input from the cache. Null, the default, is that of <see cref="ImageInput"/>.</summary>
    public decimal? CachedImageInput { get; init; }

    /// <summary>The price of text output, including reasoning; for a transcription model, of the transcript.</summary>
    public decimal? TextOutput { get; init; }

    /// <summary>The price of audio output.</summary>
    public decimal? AudioOutput { get; init; }

    /// <summary>The price of a minute of transcribed audio, for transcription models that are billed by duration.</summary>
    public decimal? TranscriptionMinute { get; init; }
}
