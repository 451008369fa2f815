if (process.env['BROKEN'] === 'last') throw new Error('broken on purpose');
