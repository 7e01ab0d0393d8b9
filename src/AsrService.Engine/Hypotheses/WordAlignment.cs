namespace AsrService.Engine.Hypotheses;

/// <summary>Finds the words that two texts share.</summary>
internal static class WordAlignment
{
    /// <summary>
    /// Length of the longest sequence of words that both texts have in this order; words are compared character by
    /// character.
    /// </summary>
    /// <param name="first">A text.</param>
    /// <param name="count">How many of its words count.</param>
    /// <param name="second">The other text.</param>
    public static int CountCommon(TextWords first, int count, TextWords second)
    {
        var row = new int[second.Count + 1];
        for (int i = 0; i < count; i++)
        {
            int diagonal = 0;
            for (int j = 1; j <= second.Count; j++)
            {
                int above = row[j];
                row[j] = first.IsSame(i, second, j - 1) ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[^1];
    }
}
