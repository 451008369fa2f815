if (process.env['BROKEN'] === 'first') throw new Error('broken on purpose');
