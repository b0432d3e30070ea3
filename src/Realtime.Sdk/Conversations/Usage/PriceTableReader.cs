using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>Reads <see cref="PriceTable"/> from a configuration section, without reflection. Reports all errors together.</summary>
internal static class PriceTableReader
{
    private static readonly string[] Members =
    [
        nameof(ModelPrices.TextInput), nameof(ModelPrices.AudioInput), nameof(ModelPrices.ImageInput), nameof(ModelPrices.CachedTextInput),
        nameof(ModelPrices.CachedAudioInput), nameof(ModelPrices.CachedImageInput), nameof(ModelPrices.TextOutput), nameof(ModelPrices.AudioOutput),
        nameof(ModelPrices.TranscriptionMinute),
    ];

    public static PriceTable Read(IConfiguration section)
    {
        var faults = new List<string>();
        var models = section.GetChildren().ToDictionary(row => row.Key, row => Read(row, faults), StringComparer.Ordinal);
        if (models.Count == 0)
            faults.Add($"The configuration section {(section as IConfigurationSection)?.Path} is missing or has no members.");
        return faults.Count == 0
            ? new() { Models = models }
            : throw new ArgumentException(PeerText.Sanitize($"The prices are invalid. {string.Join(' ', faults)}").ToString(), nameof(section));
    }

    private static ModelPrices Read(IConfigurationSection row, List<string> faults)
    {
        var prices = row.GetChildren().ToDictionary(member => member.Key, member => Parse(member, faults), StringComparer.OrdinalIgnoreCase);
        if (prices.Count == 0)
            faults.Add($"{row.Path} has no prices.");
        foreach (var name in prices.Keys.Except(Members, StringComparer.OrdinalIgnoreCase))
            faults.Add($"{row.Path}:{name} is not a price{(Suggestion.Format(name, Members) is { Length: > 0 } suggestion ? suggestion : ".")}");
        return new()
        {
            TextInput = Of(nameof(ModelPrices.TextInput)),
            AudioInput = Of(nameof(ModelPrices.AudioInput)),
            ImageInput = Of(nameof(ModelPrices.ImageInput)),
            CachedTextInput = Of(nameof(ModelPrices.CachedTextInput)),
            CachedAudioInput = Of(nameof(ModelPrices.CachedAudioInput)),
            CachedImageInput = Of(nameof(ModelPrices.CachedImageInput)),
            TextOutput = Of(nameof(ModelPrices.TextOutput)),
            AudioOutput = Of(nameof(ModelPrices.AudioOutput)),
            TranscriptionMinute = Of(nameof(ModelPrices.TranscriptionMinute)),
        };

        decimal? Of(string name) => prices.GetValueOrDefault(name);
    }

    private static decimal? Parse(IConfigurationSection member, List<string> faults)
    {
        if (decimal.TryParse(member.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var price))
            return price;
        faults.Add($"{member.Path} must be a number.");
        return null;
    }
}
