using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace SocketTools.Charts;

/// <summary>A chart as JSON of Vega-Lite 5. The writer's own escaping lets nothing out of a script element of a page either.</summary>
internal static class VegaLiteChart
{
    public static string Draw(SocketChart chart)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://vega.github.io/schema/vega-lite/v5.json");
            json.WriteString("title", chart.Title);
            json.WriteNumber("width", 480);
            json.WriteStartObject("height");
            json.WriteNumber("step", chart.HasSeries ? 14 : 20);
            json.WriteEndObject();
            Data(json, chart);
            json.WriteStartObject("mark");
            json.WriteString("type", "bar");
            json.WriteBoolean("tooltip", true);
            json.WriteEndObject();
            json.WriteStartObject("encoding");
            Encoding(json, chart);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Data(Utf8JsonWriter json, SocketChart chart)
    {
        json.WriteStartObject("data");
        json.WriteStartArray("values");
        foreach (SocketChartItem item in chart.Items)
        {
            // What has no place on the scale is in the data of the chart, not in that of the picture.
            if (item.HasBar)
            {
                json.WriteStartObject();
                json.WriteString("label", item.Label);
                if (chart.HasSeries)
                {
                    json.WriteString("series", item.Series);
                }

                json.WriteNumber("value", item.Value);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Encoding(Utf8JsonWriter json, SocketChart chart)
    {
        Field(json, "y", "label", "nominal");
        json.WriteNull("title");
        json.WriteEndObject();

        Field(json, "x", "value", "quantitative");
        json.WriteString("title", chart.Unit.Length == 0 ? "log scale" : $"{chart.Unit} (log scale)");
        json.WriteStartObject("scale");
        json.WriteString("type", "log");
        json.WriteStartArray("domain");
        json.WriteNumberValue(chart.Scale.From);
        json.WriteNumberValue(chart.Scale.To);
        json.WriteEndArray();
        json.WriteBoolean("nice", false);
        json.WriteEndObject();
        json.WriteEndObject();

        // Without it a bar would begin at zero, which a log scale does not have.
        json.WriteStartObject("x2");
        json.WriteNumber("datum", chart.Scale.From);
        json.WriteEndObject();
        if (chart.HasSeries)
        {
            Field(json, "yOffset", "series", "nominal", chart.Series);
            json.WriteEndObject();
            Field(json, "color", "series", "nominal", chart.Series);
            json.WriteNull("title");
            json.WriteEndObject();
        }
    }

    private static void Field(Utf8JsonWriter json, string channel, string field, string type, IReadOnlyList<string>? order = null)
    {
        json.WriteStartObject(channel);
        json.WriteString("field", field);
        json.WriteString("type", type);
        if (order is not null)
        {
            json.WriteStartArray("sort");
            foreach (string one in order)
            {
                json.WriteStringValue(one);
            }

            json.WriteEndArray();
        }
        else if (type == "nominal")
        {
            json.WriteNull("sort"); // In the order of the data.
        }
    }
}
